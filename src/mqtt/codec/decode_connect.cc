#include <optional>

#include "mqtt/codec/decode_support.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/properties.h"

namespace sluice::mqtt {
namespace {

constexpr ByteView kName = "MQTT";
constexpr ByteView kNameV31 = "MQIsdp";

/// Connect Flags, v5 3.1.2.3.
struct ConnectFlags {
  explicit ConnectFlags(std::uint8_t bits)
      : reserved((bits & 0x01) != 0),
        clean_start((bits & 0x02) != 0),
        will((bits & 0x04) != 0),
        will_qos(static_cast<std::uint8_t>(bits >> 3 & 3)),
        will_retain((bits & 0x20) != 0),
        password((bits & 0x40) != 0),
        user_name((bits & 0x80) != 0) {}

  bool reserved;
  bool clean_start;
  bool will;
  std::uint8_t will_qos;
  bool will_retain;
  bool password;
  bool user_name;
};

std::optional<Version> version_of(ByteView name, std::uint8_t level) {
  if (name == kNameV31 && level == 3) return Version::V31;
  if (name == kName && level == 4) return Version::V311;
  if (name == kName && level == 5) return Version::V5;
  return std::nullopt;
}

bool are_legal(const ConnectFlags& flags, Version version) {
  if (flags.will && flags.will_qos == 3) return false;  // [MQTT5-3.1.2-12]
  if (flags.password && !flags.user_name && version != Version::V5) {
    return false;  // [MQTT311-3.1.2-22], legal from v5 on
  }
  if (version == Version::V31) return true;  // it reserves nothing
  if (flags.reserved) return false;          // [MQTT311-3.1.2-3], [MQTT5-3.1.2-3]
  return flags.will || (flags.will_qos == 0 && !flags.will_retain);  // [MQTT5-3.1.2-11], -13
}

ReasonCode read_will(Reader& reader, Version version, ConnectFlags flags, WillPacketPart& will) {
  will.qos = static_cast<Qos>(flags.will_qos);
  will.retain = flags.will_retain;
  if (version == Version::V5) {
    const ReasonCode reason = read_publish_properties(reader, kWillOwner, will.properties);
    if (reason != ReasonCode::Success) return reason;
  }
  will.topic = reader.string();
  will.payload = reader.binary();
  if (reader.failed()) return ReasonCode::MalformedPacket;
  const bool is_topic_name = !will.topic.empty() && !has_wildcard_character(will.topic);
  return is_topic_name ? ReasonCode::Success : ReasonCode::TopicNameInvalid;
}

/// In MQTT 3.1 Remaining Length outranks the flags: a field that is announced may be missing.
bool is_present(bool announced, const Reader& reader, Version version) {
  return announced && !(version == Version::V31 && reader.at_end());
}

ReasonCode read_payload(Reader& reader, ConnectFlags flags, ConnectPacket& packet) {
  packet.client_id = reader.string();
  if (reader.failed()) return ReasonCode::MalformedPacket;
  if (flags.will) {
    const ReasonCode reason = read_will(reader, packet.version, flags, packet.will.emplace());
    if (reason != ReasonCode::Success) return reason;
  }
  if (is_present(flags.user_name, reader, packet.version)) packet.user_name = reader.string();
  if (is_present(flags.password, reader, packet.version)) packet.password = reader.binary();
  return reader.is_complete() ? ReasonCode::Success : ReasonCode::MalformedPacket;
}

ReasonCode read_connect(const Frame& frame, ConnectPacket& packet) {
  Reader reader(frame.body);
  const ByteView name = reader.binary();
  const std::uint8_t level = reader.u8();
  if (reader.failed()) return ReasonCode::MalformedPacket;
  const std::optional<Version> version = version_of(name, level);
  if (!version) return ReasonCode::UnsupportedProtocolVersion;  // [MQTT5-3.1.2-1], -2
  if (!has_flags(frame, *version, 0)) return ReasonCode::MalformedPacket;

  packet.version = *version;
  const ConnectFlags flags(reader.u8());
  packet.clean_start = flags.clean_start;
  packet.keep_alive = reader.u16();
  if (reader.failed() || !are_legal(flags, *version)) return ReasonCode::MalformedPacket;
  if (*version == Version::V5) {
    const ReasonCode reason =
        read_properties(reader, owner_of(PacketType::Connect), packet.properties);
    if (reason != ReasonCode::Success) return reason;
  }
  return read_payload(reader, flags, packet);
}

}  // namespace

Decoded<ConnectPacket> decode_connect(const Frame& frame) {
  return decode_with<ConnectPacket>(
      [&](ConnectPacket& packet) { return read_connect(frame, packet); });
}

Version version_of_refused_connect(const Frame& frame) {
  Reader reader(frame.body);
  const ByteView name = reader.binary();
  // Bridges of some brokers set bit 7 on a level that they otherwise speak.
  const auto level = static_cast<std::uint8_t>(reader.u8() & 0x7F);
  if (reader.failed()) return name == kNameV31 ? Version::V31 : Version::V311;
  if (name == kNameV31) return Version::V31;
  return name == kName && level >= 5 ? Version::V5 : Version::V311;
}

}  // namespace sluice::mqtt
