#include "mqtt/codec/decode_support.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/properties.h"
#include "mqtt/codec/reason_codes.h"

namespace sluice::mqtt {
namespace {

constexpr std::uint8_t kReturnCodeMax = 5;  // v3.1.1 3.2.2.3

ReasonCode read_reason(Reader& reader, PacketType type, ReasonCode& reason) {
  const std::uint8_t code = reader.u8();
  if (reader.failed() || !is_reason_code_of(type, code)) return ReasonCode::MalformedPacket;
  reason = static_cast<ReasonCode>(code);
  return ReasonCode::Success;
}

/// The end of a v5 packet whose last field is the property section.
ReasonCode read_last_properties(Reader& reader, PacketType type, Properties& properties) {
  const ReasonCode reason = read_properties(reader, owner_of(type), properties);
  if (reason != ReasonCode::Success) return reason;
  return reader.is_complete() ? ReasonCode::Success : ReasonCode::MalformedPacket;
}

ReasonCode read_ack(const Frame& frame, Version version, AckPacket& packet) {
  const std::uint8_t flags = frame.type == PacketType::Pubrel ? 0x02 : 0x00;  // [MQTT5-3.6.1-1]
  if (!has_flags(frame, version, flags)) return ReasonCode::MalformedPacket;
  packet.type = frame.type;
  Reader reader(frame.body);
  const ReasonCode id = read_packet_id(reader, version, packet.packet_id);
  if (id != ReasonCode::Success) return id;
  if (reader.at_end()) return ReasonCode::Success;
  if (version != Version::V5) return ReasonCode::MalformedPacket;
  const ReasonCode reason = read_reason(reader, frame.type, packet.reason);
  if (reason != ReasonCode::Success || reader.at_end()) return reason;  // v5 3.4.2.2.1
  return read_last_properties(reader, frame.type, packet.properties);
}

ReasonCode read_disconnect(const Frame& frame, Version version, DisconnectPacket& packet) {
  if (!has_flags(frame, version, 0)) return ReasonCode::MalformedPacket;  // [MQTT5-3.14.1-1]
  if (frame.body.empty()) return ReasonCode::Success;
  if (version != Version::V5) return ReasonCode::MalformedPacket;
  Reader reader(frame.body);
  const ReasonCode reason = read_reason(reader, frame.type, packet.reason);
  if (reason != ReasonCode::Success || reader.at_end()) return reason;  // v5 3.14.2.2.1
  return read_last_properties(reader, frame.type, packet.properties);
}

ReasonCode read_auth(const Frame& frame, AuthPacket& packet) {
  if (frame.flags != 0) return ReasonCode::MalformedPacket;  // [MQTT5-3.15.1-1]
  if (frame.body.empty()) return ReasonCode::Success;        // v5 3.15.2.1
  Reader reader(frame.body);
  const ReasonCode code = read_reason(reader, frame.type, packet.reason);
  if (code != ReasonCode::Success) return code;
  const ReasonCode reason = read_last_properties(reader, frame.type, packet.properties);
  if (reason != ReasonCode::Success) return reason;
  // v5 3.15.2.2.2
  return packet.properties.authentication_method ? ReasonCode::Success : ReasonCode::ProtocolError;
}

ReasonCode read_connack(const Frame& frame, Version version, ConnackPacket& packet) {
  if (!has_flags(frame, version, 0)) return ReasonCode::MalformedPacket;
  Reader reader(frame.body);
  const std::uint8_t flags = reader.u8();
  packet.code = reader.u8();
  if (reader.failed()) return ReasonCode::MalformedPacket;
  // In MQTT 3.1 the first byte is reserved and there is no Session Present.
  if (version != Version::V31) {
    if (flags > 1) return ReasonCode::MalformedPacket;  // [MQTT5-3.2.2-1]
    packet.session_present = flags == 1;
    if (packet.session_present && packet.code != 0) return ReasonCode::ProtocolError;
  }
  if (version == Version::V5) {
    if (!is_reason_code_of(frame.type, packet.code)) return ReasonCode::MalformedPacket;
    return read_last_properties(reader, frame.type, packet.properties);
  }
  const bool is_known = packet.code <= kReturnCodeMax;
  return is_known && reader.is_complete() ? ReasonCode::Success : ReasonCode::MalformedPacket;
}

}  // namespace

Decoded<AckPacket> decode_ack(const Frame& frame, Version version) {
  return decode_with<AckPacket>(
      [&](AckPacket& packet) { return read_ack(frame, version, packet); });
}

Decoded<DisconnectPacket> decode_disconnect(const Frame& frame, Version version) {
  return decode_with<DisconnectPacket>(
      [&](DisconnectPacket& packet) { return read_disconnect(frame, version, packet); });
}

Decoded<AuthPacket> decode_auth(const Frame& frame) {
  return decode_with<AuthPacket>([&](AuthPacket& packet) { return read_auth(frame, packet); });
}

Decoded<ConnackPacket> decode_connack(const Frame& frame, Version version) {
  return decode_with<ConnackPacket>(
      [&](ConnackPacket& packet) { return read_connack(frame, version, packet); });
}

Decoded<bool> decode_ping(const Frame& frame, Version version) {
  if (!has_flags(frame, version, 0) || !frame.body.empty()) {
    return tl::unexpected(ReasonCode::MalformedPacket);
  }
  return true;
}

}  // namespace sluice::mqtt
