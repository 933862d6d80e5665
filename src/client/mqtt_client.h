#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "client/channel.h"
#include "mqtt/codec/packets.h"

namespace sluice::client {

/// Why a client's connection ended before it asked for it.
struct Disconnection {
  std::uint8_t code = 0;  // CONNACK's or DISCONNECT's code, 0 if the connection just broke
  std::string why;
};

/// What one MQTT client hears. The views in packets are valid during the call.
class MqttClientListener {
 public:
  virtual ~MqttClientListener() = default;
  virtual void on_connected(const mqtt::ConnackPacket& packet) = 0;
  /// Each Application Message once: QoS 2 is handed out with its first PUBLISH.
  virtual void on_message(const mqtt::PublishPacket& /*packet*/) {}
  virtual void on_subscribed(const mqtt::SubscribeAckPacket& /*packet*/) {}
  virtual void on_unsubscribed(const mqtt::SubscribeAckPacket& /*packet*/) {}
  /// The server has answered for a QoS 1 or 2 PUBLISH for good, maybe with a failure.
  virtual void on_published(std::uint16_t /*packet_id*/, mqtt::ReasonCode /*reason*/) {}
  virtual void on_disconnected(const Disconnection& disconnection) = 0;
};

/// One MQTT client of any version for the command-line tools: a single Network Connection,
/// keep-alive, the QoS 1 and 2 exchanges. No reconnect, no storage.
class MqttClient final : private ChannelListener {
 public:
  MqttClient(EventLoop& loop, MqttClientListener& listener)
      : channel_(loop, *this), listener_(listener) {}

  /// Starts to connect. Views in `packet` must live until on_connected or on_disconnected.
  [[nodiscard]] Result<void> connect(const Endpoint& endpoint, const SocketAddress& address,
                                     const mqtt::ConnectPacket& packet);

  /// Sends `packet`; its Packet Identifier is set here and returned (0 at QoS 0).
  /// At QoS 1 and 2 only while `can_publish()`.
  std::uint16_t publish(mqtt::PublishPacket packet);
  /// Whether the server's Receive Maximum (and `set_in_flight_max`) leaves room for one more.
  bool can_publish() const { return in_flight_.size() < in_flight_max_; }
  void set_in_flight_max(std::size_t maximum) { in_flight_max_ = maximum; }
  std::size_t in_flight() const { return in_flight_.size(); }
  std::size_t unsent_bytes() const { return channel_.unsent_bytes(); }

  void subscribe(mqtt::SubscribePacket packet);
  void unsubscribe(mqtt::UnsubscribePacket packet);

  /// Queues DISCONNECT; `is_flushed()` tells when the kernel has it and `close()` may follow.
  void disconnect(const mqtt::DisconnectPacket& packet);
  bool is_flushed() const { return channel_.is_closed() || channel_.unsent_bytes() == 0; }
  void close() { channel_.close(); }

  /// Sends PINGREQ when due; to be called at least once a second.
  void keep_alive(std::chrono::steady_clock::time_point now);

  bool is_connected() const { return connected_; }

 private:
  void on_open() override;
  void on_frame(const mqtt::Frame& frame) override;
  void on_closed(const std::string& why) override;

  void on_connack(const mqtt::Frame& frame);
  void on_publish(const mqtt::Frame& frame);
  bool resolve_alias(mqtt::PublishPacket& packet);
  void on_ack(const mqtt::Frame& frame);
  void on_subscribe_ack(const mqtt::Frame& frame);
  void on_disconnect(const mqtt::Frame& frame);
  void send_ack(mqtt::PacketType type, std::uint16_t packet_id);
  void end(std::uint8_t code, const std::string& why);
  void sent();
  std::uint16_t next_packet_id();

  Channel channel_;
  MqttClientListener& listener_;
  mqtt::ConnectPacket connect_packet_;
  mqtt::Version version_ = mqtt::Version::V311;
  std::unordered_set<std::uint16_t> in_flight_;
  std::unordered_set<std::uint16_t> received_;              // QoS 2, before PUBREL
  std::unordered_map<std::uint16_t, std::string> aliases_;  // Topic Alias to Topic Name
  std::size_t in_flight_max_ = 65'535;
  std::uint16_t last_packet_id_ = 0;
  std::chrono::seconds keep_alive_{0};
  std::chrono::steady_clock::time_point last_sent_{};
  std::optional<std::chrono::steady_clock::time_point> ping_sent_;
  bool connected_ = false;
};

/// What a CONNACK's code means, in the words of its version.
std::string describe_connack(std::uint8_t code, mqtt::Version version);

}  // namespace sluice::client
