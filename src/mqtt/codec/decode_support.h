#pragma once

#include <cstdint>

#include "mqtt/codec/frame.h"
#include "mqtt/codec/packets.h"
#include "mqtt/codec/reader.h"

namespace sluice::mqtt {

/// Makes a packet in place: `fill` completes it and answers Success, or says what is wrong with it.
/// Packets are large, so nothing is moved on the way out.
template <class Packet, class Fill>
Decoded<Packet> decode_with(Fill fill) {
  Decoded<Packet> decoded;
  const ReasonCode reason = fill(*decoded);
  if (reason != ReasonCode::Success) decoded = tl::unexpected(reason);
  return decoded;
}

/// Whether the flags of any packet but PUBLISH are as they have to be [MQTT311-2.2.2-1],
/// [MQTT5-2.1.3-1]. MQTT 3.1 has no reserved flags.
constexpr bool has_flags(const Frame& frame, Version version, std::uint8_t flags) {
  return version == Version::V31 || frame.flags == flags;
}

/// Reads a Packet Identifier, which is never 0: [MQTT311-2.3.1-1], [MQTT5-2.2.1-3].
inline ReasonCode read_packet_id(Reader& reader, Version version, std::uint16_t& packet_id) {
  packet_id = reader.u16();
  if (reader.failed()) return ReasonCode::MalformedPacket;
  if (packet_id != 0) return ReasonCode::Success;
  return version == Version::V5 ? ReasonCode::ProtocolError : ReasonCode::MalformedPacket;
}

}  // namespace sluice::mqtt
