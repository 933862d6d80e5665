#include "mqtt/codec/decode_support.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/properties.h"

namespace sluice::mqtt {
namespace {

ReasonCode read_flags(const Frame& frame, Version version, PublishPacket& packet) {
  const auto qos = static_cast<std::uint8_t>(frame.flags >> 1 & 3);
  if (qos == 3) return ReasonCode::MalformedPacket;  // [MQTT311-3.3.1-4], [MQTT5-3.3.1-4]
  packet.qos = static_cast<Qos>(qos);
  packet.retain = (frame.flags & 1) != 0;
  packet.dup = (frame.flags & 8) != 0;
  if (packet.dup && packet.qos == Qos::AtMostOnce) {
    if (version != Version::V31) return ReasonCode::MalformedPacket;  // [MQTT5-3.3.1-2]
    packet.dup = false;  // MQTT 3.1 does not forbid it and it means nothing
  }
  return ReasonCode::Success;
}

ReasonCode read_properties_of_publish(Reader& reader, bool from_server, PublishPacket& packet) {
  const ReasonCode reason =
      read_publish_properties(reader, owner_of(PacketType::Publish), packet.properties);
  if (reason != ReasonCode::Success) return reason;
  const PublishProperties& properties = packet.properties;
  if (!from_server && !properties.subscription_identifiers.empty()) {
    return ReasonCode::ProtocolError;  // [MQTT5-3.3.4-6]
  }
  if (packet.topic.empty() && !properties.topic_alias) {
    return ReasonCode::ProtocolError;  // v5 3.3.2.1
  }
  return ReasonCode::Success;
}

ReasonCode read_publish(const Frame& frame, Version version, bool from_server,
                        PublishPacket& packet) {
  const ReasonCode flags = read_flags(frame, version, packet);
  if (flags != ReasonCode::Success) return flags;
  Reader reader(frame.body);
  packet.topic = reader.string();
  if (reader.failed()) return ReasonCode::MalformedPacket;
  if (has_wildcard_character(packet.topic)) return ReasonCode::TopicNameInvalid;  // [MQTT5-3.3.2-2]
  if (packet.topic.empty() && version != Version::V5) return ReasonCode::TopicNameInvalid;
  if (packet.qos != Qos::AtMostOnce) {
    const ReasonCode id = read_packet_id(reader, version, packet.packet_id);
    if (id != ReasonCode::Success) return id;
  }
  if (version == Version::V5) {
    const ReasonCode properties = read_properties_of_publish(reader, from_server, packet);
    if (properties != ReasonCode::Success) return properties;
  }
  packet.payload = reader.rest();
  return ReasonCode::Success;
}

}  // namespace

Decoded<PublishPacket> decode_publish(const Frame& frame, Version version, bool from_server) {
  return decode_with<PublishPacket>(
      [&](PublishPacket& packet) { return read_publish(frame, version, from_server, packet); });
}

}  // namespace sluice::mqtt
