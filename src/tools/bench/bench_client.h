#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "client/channel.h"
#include "mqtt/codec/packets.h"
#include "tools/bench/options.h"

namespace sluice::tools::bench {

/// What all clients of one run share.
struct Run {
  explicit Run(const Options& run_options) : options(run_options) {}

  const Options& options;
  client::SocketAddress address;
  client::EventLoop loop;
  std::uint32_t id = 0;  // random, in each Stamp
  std::uint64_t errors = 0;
  std::string first_error;
  std::uint32_t ready = 0;  // clients that have come so far
  bool is_broken = false;   // a connection was lost, so nothing can complete
  bool clock_is_stale = true;

  /// Monotonic nanoseconds, read once per batch of received packets.
  std::uint64_t batch_time();
  void add_error(const std::string& what);

 private:
  std::uint64_t batch_time_ = 0;
};

std::uint64_t now_ns();

/// A received PUBLISH, as views into the read buffer.
struct Received {
  std::string_view topic;
  std::string_view payload;
};

/// One client of the generator: connects, acknowledges at all QoS levels, allocates nothing for a
/// received message. A derived class adds what the scenario does.
class BenchClient : public client::ChannelListener {
 public:
  BenchClient(Run& run, std::string client_id);

  /// Connects and goes on until `on_ready`. False if not even a socket could be had.
  bool start();
  /// Drops the connection.
  void stop() { channel_.close(); }
  bool is_ready() const { return ready_; }
  bool is_closed() const { return channel_.is_closed(); }

 protected:
  /// May change what CONNECT says. The default leaves it at a Session that ends with the
  /// connection.
  virtual void prepare(mqtt::ConnectPacket& /*packet*/) const {}
  /// CONNACK has come. The default is to be ready.
  virtual void on_connected() { set_ready(); }
  /// SUBACK has come. The default is to be ready.
  virtual void on_subscribed() { set_ready(); }
  virtual void on_message(const Received& /*message*/) {}
  /// A PUBLISH of ours has been acknowledged for good.
  virtual void on_acknowledged() {}
  virtual void on_ping_answered() {}
  /// The connection is gone. The default is to count an error.
  virtual void on_lost(const std::string& why);

  void subscribe(std::span<const std::string> filters);
  void disconnect();
  void ping();
  void set_ready();
  void send_soon() { channel_.send_soon(); }
  std::string& output() { return channel_.output(); }
  client::Channel& channel() { return channel_; }
  Run& run() { return run_; }
  std::uint16_t receive_maximum() const { return receive_maximum_; }
  /// Whether the broker still had the Session, after CONNACK.
  bool session_present() const { return session_present_; }

 private:
  void on_open() final;
  void on_frame(const mqtt::Frame& frame) final;
  void on_batch_end() final { run_.clock_is_stale = true; }
  void on_closed(const std::string& why) final { on_lost(why); }

  void on_connack(const mqtt::Frame& frame);
  void on_publish(const mqtt::Frame& frame);
  void on_suback(const mqtt::Frame& frame);
  void acknowledge(mqtt::PacketType type, std::uint8_t flags, const char* packet_id);
  void break_off(const std::string& why);

  Run& run_;
  client::Channel channel_;
  std::string client_id_;
  std::uint16_t receive_maximum_ = 65'535;
  std::uint16_t last_packet_id_ = 0;
  bool ready_ = false;
  bool session_present_ = false;
};

}  // namespace sluice::tools::bench
