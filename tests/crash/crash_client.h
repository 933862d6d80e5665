#pragma once

#include <string>

#include "client/channel.h"
#include "crash/world.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"

namespace sluice::crash {

/// One Client with a Session that outlives its Network Connections: connects whenever it should be
/// online and the broker is up, again and again.
class CrashClient : private client::ChannelListener {
 public:
  CrashClient(World& world, std::string name, mqtt::Version version)
      : world_(world), name_(std::move(name)), version_(version), channel_(world.loop, *this) {}
  CrashClient(const CrashClient&) = delete;
  CrashClient& operator=(const CrashClient&) = delete;

  void go_online() { is_wanted_ = true; }
  /// Closes without DISCONNECT and stays away.
  void leave();
  /// Closes without DISCONNECT, as a client that was killed, and comes back.
  void cut();
  /// To be called every few milliseconds.
  void tick(Clock::time_point now);

  bool is_connected() const { return is_connected_; }
  bool is_ready() const { return !is_wanted_ || is_settled(); }
  bool is_closed() const { return channel_.is_closed(); }
  const std::string& name() const { return name_; }

 protected:
  ~CrashClient() override = default;

  /// Fills in what is special about this client's CONNECT; views must live until the next call.
  virtual void prepare(mqtt::ConnectPacket& /*packet*/) {}
  virtual void on_session(bool is_present) = 0;
  virtual void on_packet(const mqtt::Frame& frame) = 0;
  virtual void on_connection_lost() {}
  /// Whether it may try now.
  virtual bool may_connect() const { return world_.broker_up; }
  /// Whether everything that follows CONNACK has happened.
  virtual bool is_settled() const { return is_connected_; }

  void send_ack(mqtt::PacketType type, std::uint16_t packet_id);
  /// A packet that cannot be decoded is the fault of the broker and ends the connection.
  void on_malformed();
  void note(const char* what, std::uint16_t packet_id = 0, MessageId message = {}) {
    world_.log.add(name_, what, packet_id, message);
  }

  World& world_;
  const std::string name_;
  const mqtt::Version version_;
  client::Channel channel_;
  std::uint16_t receive_maximum_ = 65'535;  // of the broker

 private:
  void on_open() override;
  void on_frame(const mqtt::Frame& frame) override;
  void on_closed(const std::string& why) override;
  void on_connack(const mqtt::Frame& frame);
  void drop(const std::string& why);
  void forget_connection();

  std::string client_id_;
  std::string last_words_;  // of the broker's DISCONNECT
  Clock::time_point retry_at_{};
  bool is_wanted_ = false;
  bool is_connected_ = false;
};

}  // namespace sluice::crash
