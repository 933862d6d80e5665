#include "mqtt/codec/decode_support.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/properties.h"
#include "mqtt/codec/reason_codes.h"

namespace sluice::mqtt {
namespace {

constexpr std::uint8_t kRequestFlags = 0x02;  // [MQTT5-3.8.1-1], [MQTT5-3.10.1-1]

/// What SUBSCRIBE, UNSUBSCRIBE and their answers begin with.
ReasonCode read_header(Reader& reader, Version version, PropertyOwner owner,
                       std::uint16_t& packet_id, Properties& properties) {
  const ReasonCode id = read_packet_id(reader, version, packet_id);
  if (id != ReasonCode::Success || version != Version::V5) return id;
  return read_properties(reader, owner, properties);
}

ReasonCode apply_options_v3(std::uint8_t options, SubscriptionRequest& request) {
  if (options > 2) return ReasonCode::MalformedPacket;  // [MQTT311-3.8.3-4]
  request.maximum_qos = static_cast<Qos>(options);
  return ReasonCode::Success;
}

/// Subscription Options, v5 3.8.3.1.
ReasonCode apply_options_v5(std::uint8_t options, SubscriptionRequest& request) {
  if ((options & 0xC0) != 0) return ReasonCode::MalformedPacket;  // [MQTT5-3.8.3-5]
  const auto qos = static_cast<std::uint8_t>(options & 3);
  const auto retain_handling = static_cast<std::uint8_t>(options >> 4 & 3);
  if (qos == 3 || retain_handling == 3) return ReasonCode::ProtocolError;
  request.maximum_qos = static_cast<Qos>(qos);
  request.no_local = (options & 4) != 0;
  request.retain_as_published = (options & 8) != 0;
  request.retain_handling = static_cast<RetainHandling>(retain_handling);
  return ReasonCode::Success;
}

ReasonCode read_subscribe(const Frame& frame, Version version, SubscribePacket& packet) {
  if (!has_flags(frame, version, kRequestFlags)) return ReasonCode::MalformedPacket;
  Reader reader(frame.body);
  const ReasonCode header = read_header(reader, version, owner_of(PacketType::Subscribe),
                                        packet.packet_id, packet.properties);
  if (header != ReasonCode::Success) return header;
  if (reader.at_end()) return ReasonCode::ProtocolError;  // [MQTT5-3.8.3-2]
  while (!reader.at_end()) {
    SubscriptionRequest request;
    request.filter = reader.string();
    const std::uint8_t options = reader.u8();
    if (reader.failed()) return ReasonCode::MalformedPacket;
    const ReasonCode reason = version == Version::V5 ? apply_options_v5(options, request)
                                                     : apply_options_v3(options, request);
    if (reason != ReasonCode::Success) return reason;
    packet.subscriptions.push_back(request);
  }
  return ReasonCode::Success;
}

ReasonCode read_unsubscribe(const Frame& frame, Version version, UnsubscribePacket& packet) {
  if (!has_flags(frame, version, kRequestFlags)) return ReasonCode::MalformedPacket;
  Reader reader(frame.body);
  const ReasonCode header = read_header(reader, version, owner_of(PacketType::Unsubscribe),
                                        packet.packet_id, packet.properties);
  if (header != ReasonCode::Success) return header;
  if (reader.at_end()) return ReasonCode::ProtocolError;  // [MQTT5-3.10.3-2]
  while (!reader.at_end()) {
    packet.filters.push_back(reader.string());
    if (reader.failed()) return ReasonCode::MalformedPacket;
  }
  return ReasonCode::Success;
}

bool is_code_of(PacketType type, Version version, std::uint8_t code) {
  if (version == Version::V5) return is_reason_code_of(type, code);
  return code <= 2 || code == 0x80;  // [MQTT311-3.9.3-2]
}

ReasonCode read_subscribe_ack(const Frame& frame, Version version, SubscribeAckPacket& packet) {
  if (!has_flags(frame, version, 0)) return ReasonCode::MalformedPacket;
  packet.type = frame.type;
  Reader reader(frame.body);
  const ReasonCode header =
      read_header(reader, version, owner_of(frame.type), packet.packet_id, packet.properties);
  if (header != ReasonCode::Success) return header;
  const bool has_codes = version == Version::V5 || frame.type == PacketType::Suback;
  if (has_codes == reader.at_end()) return ReasonCode::MalformedPacket;
  while (!reader.at_end()) {
    const std::uint8_t code = reader.u8();
    if (!is_code_of(frame.type, version, code)) return ReasonCode::MalformedPacket;
    packet.codes.push_back(static_cast<ReasonCode>(code));
  }
  return ReasonCode::Success;
}

}  // namespace

Decoded<SubscribePacket> decode_subscribe(const Frame& frame, Version version) {
  return decode_with<SubscribePacket>(
      [&](SubscribePacket& packet) { return read_subscribe(frame, version, packet); });
}

Decoded<UnsubscribePacket> decode_unsubscribe(const Frame& frame, Version version) {
  return decode_with<UnsubscribePacket>(
      [&](UnsubscribePacket& packet) { return read_unsubscribe(frame, version, packet); });
}

Decoded<SubscribeAckPacket> decode_subscribe_ack(const Frame& frame, Version version) {
  return decode_with<SubscribeAckPacket>(
      [&](SubscribeAckPacket& packet) { return read_subscribe_ack(frame, version, packet); });
}

}  // namespace sluice::mqtt
