#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "tools/bench/bench_client.h"
#include "tools/bench/publish_packet.h"
#include "tools/bench/sequence_check.h"

namespace sluice::tools::bench {

class Durable;

/// A Session that outlives its Network Connections: made, left alone, resumed for its messages.
class DurableSession final : public BenchClient {
 public:
  DurableSession(Durable& durable, std::uint32_t number);

  /// Makes the Session anew, subscribes and leaves.
  bool create();
  /// Resumes the Session, takes `expected` messages and leaves. On the way it breaks the connection
  /// and resumes again, `Options::reconnects` times.
  bool drain(std::uint64_t expected);
  /// Comes back after a connection that it broke itself. False if it is done.
  bool come_back();
  std::uint32_t number() const { return number_; }

 private:
  void prepare(mqtt::ConnectPacket& packet) const override;
  void on_connected() override;
  void on_subscribed() override { leave(); }
  void on_message(const Received& message) override;
  void on_lost(const std::string& why) override;
  void leave();
  void break_connection();

  Durable& durable_;
  std::uint32_t number_;
  std::uint64_t expected_ = 0;
  std::uint64_t received_ = 0;
  std::uint32_t reconnects_ = 0;  // so far
  bool creates_ = true;
  bool leaving_ = false;
};

/// A publisher that fills the flows of its number in turn.
class DurablePublisher final : public BenchClient {
 public:
  DurablePublisher(Durable& durable, std::uint32_t number);

  /// Closed loop: sends what the window allows, `batch` messages per write.
  void send_what_is_allowed();
  /// Open loop: a message is due; it goes out as soon as the send quota allows.
  void add_due(std::uint64_t due_ns);
  /// Whether all that it sent or had to send is acknowledged.
  bool is_settled() const { return due_.empty() && unacknowledged_.empty(); }

 private:
  void on_acknowledged() override;
  bool has_more() const;
  std::uint64_t quota() const;
  void append(std::uint64_t time_ns);
  void send_due();

  /// A flow with the bytes of its PUBLISH.
  struct Target {
    std::size_t flow;
    PublishPacketBytes packet;
  };

  Durable& durable_;
  std::vector<Target> targets_;
  std::size_t next_target_ = 0;
  std::uint64_t sent_ = 0;
  std::deque<std::uint64_t> unacknowledged_;  // send times; acknowledgements come in that order
  std::deque<std::uint64_t> due_;             // open loop: scheduled times not yet sent
};

}  // namespace sluice::tools::bench
