#include "mqtt/codec/encoder.h"

#include "mqtt/codec/encode_properties.h"

namespace sluice::mqtt {
namespace {

constexpr std::uint8_t kRequestFlags = 0x02;  // SUBSCRIBE, UNSUBSCRIBE and PUBREL

std::uint8_t publish_flags(const PublishPacket& packet) {
  const unsigned flags =
      (packet.dup ? 8U : 0U) | static_cast<unsigned>(packet.qos) << 1 | (packet.retain ? 1U : 0U);
  return static_cast<std::uint8_t>(flags);
}

std::uint8_t options_of(const SubscriptionRequest& request, Version version) {
  const auto qos = static_cast<unsigned>(request.maximum_qos);
  if (version != Version::V5) return static_cast<std::uint8_t>(qos);
  return static_cast<std::uint8_t>(qos | (request.no_local ? 4U : 0U) |
                                   (request.retain_as_published ? 8U : 0U) |
                                   static_cast<unsigned>(request.retain_handling) << 4);
}

std::uint8_t code_of(ReasonCode code, Version version) {
  // Before v5 there is one failure code only [MQTT311-3.9.3-2].
  if (version != Version::V5 && is_failure(code)) return 0x80;
  return static_cast<std::uint8_t>(code);
}

/// Reason Code and properties at the end of a v5 packet, in the shortest of the legal forms.
/// `properties_follow_code`: AUTH, where a code never stands alone, v5 3.15.2.1.
template <class Sink>
void put_reason(Sink& sink, ReasonCode reason, const Properties& properties,
                bool properties_follow_code = false) {
  const bool has_properties = size_of(properties) > 0;
  if (reason == ReasonCode::Success && !has_properties) return;
  sink.u8(static_cast<std::uint8_t>(reason));
  if (has_properties || properties_follow_code) put_properties(sink, Version::V5, properties);
}

}  // namespace

void encode(std::string& out, const PublishPacket& packet, Version version) {
  append_packet(out, PacketType::Publish, publish_flags(packet), [&](auto& sink) {
    sink.sized(packet.topic);
    if (packet.qos != Qos::AtMostOnce) sink.u16(packet.packet_id);
    put_properties(sink, version, packet.properties);
    sink.raw(packet.payload);
  });
}

void encode(std::string& out, const AckPacket& packet, Version version) {
  const std::uint8_t flags = packet.type == PacketType::Pubrel ? kRequestFlags : 0;
  append_packet(out, packet.type, flags, [&](auto& sink) {
    sink.u16(packet.packet_id);
    if (version == Version::V5) put_reason(sink, packet.reason, packet.properties);
  });
}

void encode(std::string& out, const SubscribePacket& packet, Version version) {
  append_packet(out, PacketType::Subscribe, kRequestFlags, [&](auto& sink) {
    sink.u16(packet.packet_id);
    put_properties(sink, version, packet.properties);
    for (const SubscriptionRequest& request : packet.subscriptions) {
      sink.sized(request.filter);
      sink.u8(options_of(request, version));
    }
  });
}

void encode(std::string& out, const SubscribeAckPacket& packet, Version version) {
  const bool has_codes = version == Version::V5 || packet.type == PacketType::Suback;
  append_packet(out, packet.type, 0, [&](auto& sink) {
    sink.u16(packet.packet_id);
    put_properties(sink, version, packet.properties);
    if (!has_codes) return;
    for (const ReasonCode code : packet.codes) sink.u8(code_of(code, version));
  });
}

void encode(std::string& out, const UnsubscribePacket& packet, Version version) {
  append_packet(out, PacketType::Unsubscribe, kRequestFlags, [&](auto& sink) {
    sink.u16(packet.packet_id);
    put_properties(sink, version, packet.properties);
    for (const ByteView filter : packet.filters) sink.sized(filter);
  });
}

void encode(std::string& out, const DisconnectPacket& packet, Version version) {
  append_packet(out, PacketType::Disconnect, 0, [&](auto& sink) {
    if (version == Version::V5) put_reason(sink, packet.reason, packet.properties);
  });
}

void encode(std::string& out, const AuthPacket& packet) {
  append_packet(out, PacketType::Auth, 0, [&](auto& sink) {
    put_reason(sink, packet.reason, packet.properties, /*properties_follow_code=*/true);
  });
}

void encode_pingreq(std::string& out) {
  append_packet(out, PacketType::Pingreq, 0, [](auto&) {});
}

void encode_pingresp(std::string& out) {
  append_packet(out, PacketType::Pingresp, 0, [](auto&) {});
}

}  // namespace sluice::mqtt
