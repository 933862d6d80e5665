#include "client/mqtt_client.h"

#include <algorithm>
#include <array>

#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"

namespace sluice::client {

using mqtt::PacketType;
using Clock = std::chrono::steady_clock;

Result<void> MqttClient::connect(const Endpoint& endpoint, const SocketAddress& address,
                                 const mqtt::ConnectPacket& packet) {
  connect_packet_ = packet;
  version_ = packet.version;
  keep_alive_ = std::chrono::seconds(packet.keep_alive);
  return channel_.open(endpoint, address);
}

void MqttClient::on_open() {
  mqtt::encode(channel_.output(), connect_packet_);
  sent();
}

void MqttClient::on_closed(const std::string& why) {
  connected_ = false;
  listener_.on_disconnected({0, why});
}

void MqttClient::end(std::uint8_t code, const std::string& why) {
  connected_ = false;
  channel_.close();
  listener_.on_disconnected({code, why});
}

void MqttClient::sent() {
  last_sent_ = Clock::now();
  channel_.send_soon();
}

std::uint16_t MqttClient::next_packet_id() {
  do {
    last_packet_id_ =
        static_cast<std::uint16_t>(last_packet_id_ == 65'535 ? 1 : last_packet_id_ + 1);
  } while (in_flight_.contains(last_packet_id_));
  return last_packet_id_;
}

std::uint16_t MqttClient::publish(mqtt::PublishPacket packet) {
  if (packet.qos != mqtt::Qos::AtMostOnce) {
    packet.packet_id = next_packet_id();
    in_flight_.insert(packet.packet_id);
  }
  mqtt::encode(channel_.output(), packet, version_);
  sent();
  return packet.packet_id;
}

void MqttClient::subscribe(mqtt::SubscribePacket packet) {
  packet.packet_id = next_packet_id();
  mqtt::encode(channel_.output(), packet, version_);
  sent();
}

void MqttClient::unsubscribe(mqtt::UnsubscribePacket packet) {
  packet.packet_id = next_packet_id();
  mqtt::encode(channel_.output(), packet, version_);
  sent();
}

void MqttClient::disconnect(const mqtt::DisconnectPacket& packet) {
  if (!channel_.is_open()) return;
  mqtt::encode(channel_.output(), packet, version_);
  sent();
}

void MqttClient::keep_alive(Clock::time_point now) {
  if (!connected_ || keep_alive_.count() == 0) return;
  if (ping_sent_) {
    if (now - *ping_sent_ >= keep_alive_) end(0, "the server does not answer PINGREQ");
    return;
  }
  if (now - last_sent_ < keep_alive_) return;
  mqtt::encode_pingreq(channel_.output());
  ping_sent_ = now;
  sent();
}

void MqttClient::on_frame(const mqtt::Frame& frame) {
  if (!connected_ && frame.type != PacketType::Connack) {
    return end(0, "the server's first packet is not CONNACK");
  }
  switch (frame.type) {
    case PacketType::Connack:
      return on_connack(frame);
    case PacketType::Publish:
      return on_publish(frame);
    case PacketType::Puback:
    case PacketType::Pubrec:
    case PacketType::Pubrel:
    case PacketType::Pubcomp:
      return on_ack(frame);
    case PacketType::Suback:
    case PacketType::Unsuback:
      return on_subscribe_ack(frame);
    case PacketType::Pingresp:
      ping_sent_.reset();
      return;
    case PacketType::Disconnect:
      return on_disconnect(frame);
    default:
      return end(0, "the server sent a packet that only clients send");
  }
}

void MqttClient::on_connack(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_connack(frame, version_);
  if (!packet || connected_) return end(0, "the server sent a malformed or second CONNACK");
  if (packet->code != 0) {
    std::string why = "connection refused: " + describe_connack(packet->code, version_);
    if (packet->properties.reason_string) {
      why.append(" (").append(*packet->properties.reason_string).append(")");
    }
    return end(packet->code, why);
  }
  connected_ = true;
  const auto receive_maximum = packet->properties.receive_maximum.value_or(65'535);
  in_flight_max_ = std::min<std::size_t>(in_flight_max_, receive_maximum);
  if (packet->properties.server_keep_alive) {
    keep_alive_ = std::chrono::seconds(*packet->properties.server_keep_alive);
  }
  listener_.on_connected(*packet);
}

void MqttClient::on_publish(const mqtt::Frame& frame) {
  auto packet = mqtt::decode_publish(frame, version_, true);
  if (!packet || !resolve_alias(*packet)) return end(0, "the server sent a malformed PUBLISH");
  if (packet->qos == mqtt::Qos::AtLeastOnce) send_ack(PacketType::Puback, packet->packet_id);
  if (packet->qos == mqtt::Qos::ExactlyOnce) {
    send_ack(PacketType::Pubrec, packet->packet_id);
    if (!received_.insert(packet->packet_id).second) return;
  }
  listener_.on_message(*packet);
}

/// v5 3.3.2.3.4: learns the alias, or fills in the Topic Name that it stands for.
bool MqttClient::resolve_alias(mqtt::PublishPacket& packet) {
  if (!packet.properties.topic_alias) return !packet.topic.empty();
  const auto maximum = connect_packet_.properties.topic_alias_maximum.value_or(0);
  const auto alias = *packet.properties.topic_alias;
  if (alias == 0 || alias > maximum) return false;
  if (!packet.topic.empty()) {
    aliases_[alias] = packet.topic;
    return true;
  }
  const auto known = aliases_.find(alias);
  if (known == aliases_.end()) return false;
  packet.topic = known->second;
  return true;
}

void MqttClient::on_ack(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_ack(frame, version_);
  if (!packet) return end(0, "the server sent a malformed acknowledgement");
  if (frame.type == PacketType::Pubrel) {
    received_.erase(packet->packet_id);
    return send_ack(PacketType::Pubcomp, packet->packet_id);
  }
  if (frame.type == PacketType::Pubrec && !is_failure(packet->reason)) {
    return send_ack(PacketType::Pubrel, packet->packet_id);
  }
  if (in_flight_.erase(packet->packet_id) != 0) {
    listener_.on_published(packet->packet_id, packet->reason);
  }
}

void MqttClient::send_ack(PacketType type, std::uint16_t packet_id) {
  mqtt::AckPacket packet;
  packet.type = type;
  packet.packet_id = packet_id;
  mqtt::encode(channel_.output(), packet, version_);
  sent();
}

void MqttClient::on_subscribe_ack(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_subscribe_ack(frame, version_);
  if (!packet) return end(0, "the server sent a malformed SUBACK or UNSUBACK");
  if (frame.type == PacketType::Suback) return listener_.on_subscribed(*packet);
  listener_.on_unsubscribed(*packet);
}

void MqttClient::on_disconnect(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_disconnect(frame, version_);
  if (!packet) return end(0, "the server sent a malformed DISCONNECT");
  std::string why = std::string("the server disconnected: ") + to_string(packet->reason);
  if (packet->properties.reason_string) {
    why.append(" (").append(*packet->properties.reason_string).append(")");
  }
  end(static_cast<std::uint8_t>(packet->reason), why);
}

std::string describe_connack(std::uint8_t code, mqtt::Version version) {
  if (version == mqtt::Version::V5) return to_string(static_cast<mqtt::ReasonCode>(code));
  static constexpr std::array kWords = {
      "accepted",           "unacceptable protocol version", "identifier rejected",
      "server unavailable", "bad user name or password",     "not authorized"};
  return code < kWords.size() ? kWords[code] : "unknown return code " + std::to_string(code);
}

}  // namespace sluice::client
