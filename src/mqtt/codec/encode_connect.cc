#include "mqtt/codec/encode_properties.h"
#include "mqtt/codec/encoder.h"

namespace sluice::mqtt {
namespace {

std::uint8_t connect_flags(const ConnectPacket& packet) {
  unsigned flags = 0;
  if (packet.clean_start) flags |= 0x02;
  if (packet.will) {
    flags |= 0x04U | static_cast<unsigned>(packet.will->qos) << 3;
    if (packet.will->retain) flags |= 0x20;
  }
  if (packet.password) flags |= 0x40;
  if (packet.user_name) flags |= 0x80;
  return static_cast<std::uint8_t>(flags);
}

template <class Sink>
void put_connect(Sink& sink, const ConnectPacket& packet) {
  sink.sized(packet.version == Version::V31 ? "MQIsdp" : "MQTT");
  sink.u8(static_cast<std::uint8_t>(packet.version));
  sink.u8(connect_flags(packet));
  sink.u16(packet.keep_alive);
  put_properties(sink, packet.version, packet.properties);
  sink.sized(packet.client_id);
  if (packet.will) {
    put_properties(sink, packet.version, packet.will->properties);
    sink.sized(packet.will->topic);
    sink.sized(packet.will->payload);
  }
  if (packet.user_name) sink.sized(*packet.user_name);
  if (packet.password) sink.sized(*packet.password);
}

}  // namespace

void encode(std::string& out, const ConnectPacket& packet) {
  append_packet(out, PacketType::Connect, 0, [&](auto& sink) { put_connect(sink, packet); });
}

void encode(std::string& out, const ConnackPacket& packet, Version version) {
  // MQTT 3.1 has no Session Present: the byte is reserved.
  const bool session_present = packet.session_present && version != Version::V31;
  append_packet(out, PacketType::Connack, 0, [&](auto& sink) {
    sink.u8(session_present ? 1 : 0);
    sink.u8(packet.code);
    put_properties(sink, version, packet.properties);
  });
}

}  // namespace sluice::mqtt
