#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tools/bench/bench_client.h"
#include "tools/bench/histogram.h"
#include "tools/bench/publish_packet.h"
#include "tools/bench/report.h"
#include "tools/bench/schedule.h"
#include "tools/bench/sequence_check.h"

namespace sluice::tools::bench {

class Traffic;

/// A publisher, with its part of the window.
class TrafficPublisher final : public BenchClient {
 public:
  TrafficPublisher(Traffic& traffic, std::uint32_t number, std::string_view topic);

  /// Closed loop: sends what the window allows, `batch` messages per write.
  void send_what_is_allowed();
  /// Open loop: a message is due; it goes out as soon as the send quota allows, with at most
  /// `batch` others in its write.
  void add_due(std::uint64_t time_ns);
  /// A receiver has message `sequence` for the first time.
  void on_received(std::uint64_t sequence);
  std::uint64_t sent() const { return sent_; }
  /// Whether the broker has acknowledged all, and nothing waits to be sent.
  bool is_settled() const;

 private:
  void on_acknowledged() override;
  void append(std::uint64_t time_ns);
  void send_due();
  std::uint64_t quota() const;
  void want_turn();

  friend class Traffic;
  Traffic& traffic_;
  std::uint32_t number_;
  PublishPacketBytes packet_;
  std::vector<std::uint32_t> receipts_;  // ring: receivers that have message i, closed loop only
  std::deque<std::uint64_t> due_;        // open loop: scheduled times not yet sent
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t completed_ = 0;  // all receivers have every message below this
  bool wants_turn_ = false;
};

class TrafficSubscriber final : public BenchClient {
 public:
  TrafficSubscriber(Traffic& traffic, std::uint32_t number, std::string filter);

 private:
  void on_connected() override { subscribe({&filter_, 1}); }
  void on_message(const Received& message) override;

  Traffic& traffic_;
  std::uint32_t number_;
  std::string filter_;
};

/// One run of fanin, fanout, p2p or shared: clients, pace, checks and figures.
class Traffic {
 public:
  explicit Traffic(Run& run);
  int execute();

 private:
  friend class TrafficPublisher;
  friend class TrafficSubscriber;

  /// The counters at one moment.
  struct Mark {
    std::uint64_t time_ns = 0;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    BrokerSample broker;
    double own_cpu_seconds = 0;
  };

  void make_clients();
  bool connect();
  /// Sends and receives until `end_ns`; false after 5 s of silence or a lost connection.
  bool keep_going(std::uint64_t end_ns, const char* phase);
  std::chrono::nanoseconds longest_wait(std::uint64_t now) const;
  void drain();
  bool is_complete() const;
  void on_received(std::uint32_t subscriber, const Received& message);
  SequenceCheck& check_of(std::uint32_t subscriber, std::uint32_t publisher);
  Arrival classify(std::uint32_t subscriber, const Stamp& stamp);
  Mark mark() const;
  void show(const char* phase, std::uint64_t now);
  int report(const Mark& from, const Mark& to);

  Run& run_;
  const Options& options_;
  bool is_pairwise_;
  bool is_shared_;
  std::uint32_t receivers_;  // of each message
  std::vector<std::unique_ptr<TrafficPublisher>> publishers_;
  std::vector<std::unique_ptr<TrafficSubscriber>> subscribers_;
  std::vector<TrafficPublisher*> with_credit_;
  std::vector<SequenceCheck> checks_;
  std::vector<std::uint64_t> member_next_;  // shared: per member and publisher
  Histogram latency_;
  Delivery delivery_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;  // each message and receiver once
  Schedule schedule_;           // open loop only
  std::uint64_t shown_at_ = 0;
  std::uint64_t shown_received_ = 0;
  bool sending_ = false;
  bool measuring_ = false;
};

}  // namespace sluice::tools::bench
