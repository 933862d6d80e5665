#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/assert.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/codec/property_reader.h"

// For tests and fuzzers: packets written out field by field, and one way into all decoders.

namespace sluice::mqtt::testing {

inline std::string u8(unsigned value) {
  return std::string(1, static_cast<char>(value));
}
inline std::string u16(unsigned value) {
  return u8(value >> 8 & 0xFF) + u8(value & 0xFF);
}
inline std::string u32(std::uint32_t value) {
  return u16(value >> 16) + u16(value & 0xFFFF);
}

inline std::string vbi(std::uint32_t value) {
  char bytes[4];
  return {bytes, write_variable_byte_integer(bytes, value)};
}

/// A string or binary data behind its two-byte length.
inline std::string text(ByteView value) {
  return u16(static_cast<unsigned>(value.size())) + std::string(value);
}

inline std::string property(PropertyId id, const std::string& value) {
  return u8(static_cast<unsigned>(id)) + value;
}

inline std::string user_property(ByteView name, ByteView value) {
  return property(PropertyId::UserProperty, text(name) + text(value));
}

inline std::string joined(std::initializer_list<std::string> fields) {
  std::string out;
  for (const std::string& field : fields) out += field;
  return out;
}

/// Property Length and properties.
inline std::string properties(std::initializer_list<std::string> fields) {
  const std::string section = joined(fields);
  return vbi(static_cast<std::uint32_t>(section.size())) + section;
}

/// A packet of `first` (type and flags), the right Remaining Length and the fields.
inline std::string packet(unsigned first, std::initializer_list<std::string> fields) {
  const std::string body = joined(fields);
  return u8(first) + vbi(static_cast<std::uint32_t>(body.size())) + body;
}

/// The only packet in `bytes`, which have to outlive the frame.
inline Frame frame_of(const std::string& bytes) {
  const FrameResult result = next_frame(bytes, kLargestPacket);
  SLUICE_ASSERT(result.status == FrameStatus::Complete && result.frame.size == bytes.size());
  return result.frame;
}

template <class Packet>
ReasonCode reason_of(const Decoded<Packet>& decoded) {
  return decoded ? ReasonCode::Success : decoded.error();
}

/// Gives the packet in `frame` to `visit` if it can be decoded, in the version (CONNECT: its own).
/// Answers what the decoder said.
template <class Visit>
ReasonCode decode_any(const Frame& frame, Version version, bool from_server, const Visit& visit) {
  const auto pass_on = [&visit](const auto& decoded) {
    if (decoded) visit(*decoded);
    return reason_of(decoded);
  };
  switch (frame.type) {
    case PacketType::Connect:
      return pass_on(decode_connect(frame));
    case PacketType::Connack:
      return pass_on(decode_connack(frame, version));
    case PacketType::Publish:
      return pass_on(decode_publish(frame, version, from_server));
    case PacketType::Puback:
    case PacketType::Pubrec:
    case PacketType::Pubrel:
    case PacketType::Pubcomp:
      return pass_on(decode_ack(frame, version));
    case PacketType::Subscribe:
      return pass_on(decode_subscribe(frame, version));
    case PacketType::Suback:
    case PacketType::Unsuback:
      return pass_on(decode_subscribe_ack(frame, version));
    case PacketType::Unsubscribe:
      return pass_on(decode_unsubscribe(frame, version));
    case PacketType::Pingreq:
    case PacketType::Pingresp:
      return pass_on(decode_ping(frame, version));
    case PacketType::Disconnect:
      return pass_on(decode_disconnect(frame, version));
    case PacketType::Auth:
      return pass_on(decode_auth(frame));
  }
  SLUICE_UNREACHABLE();
}

inline ReasonCode reason_for(const std::string& bytes, Version version, bool from_server = false) {
  return decode_any(frame_of(bytes), version, from_server, [](const auto&) {});
}

inline void append_encoded(std::string& out, const ConnectPacket& packet, Version, PacketType) {
  encode(out, packet);
}
inline void append_encoded(std::string& out, const AuthPacket& packet, Version, PacketType) {
  encode(out, packet);
}
/// PINGREQ and PINGRESP, which are decoded to nothing.
inline void append_encoded(std::string& out, bool, Version, PacketType type) {
  type == PacketType::Pingreq ? encode_pingreq(out) : encode_pingresp(out);
}
template <class Packet>
void append_encoded(std::string& out, const Packet& packet, Version version, PacketType) {
  encode(out, packet, version);
}

/// `packet` as bytes, whatever its type.
template <class Packet>
std::string encoded(const Packet& packet, Version version, PacketType type = PacketType::Pingreq) {
  std::string out;
  append_encoded(out, packet, version, type);
  return out;
}

}  // namespace sluice::mqtt::testing
