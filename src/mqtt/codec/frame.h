#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "mqtt/types.h"

namespace sluice::mqtt {

/// One control packet cut out of the byte stream, its body not yet looked at.
struct Frame {
  PacketType type;
  std::uint8_t flags;  // low four bits of the first byte
  ByteView body;       // Remaining Length bytes
  std::size_t size;    // of the whole packet
};

enum class FrameStatus : std::uint8_t {
  Complete,
  Incomplete,  // more bytes are needed
  Malformed,  // Packet Type 0, or a Remaining Length of more than four bytes or not in its shortest
              // form
  TooLarge,   // larger than the limit; known from the fixed header alone
};

struct FrameResult {
  FrameStatus status;
  Frame frame;               // only when Complete
  std::size_t bytes_needed;  // when Incomplete: size of the whole packet if known, else 0
};

/// Looks at the front of `in` for one control packet.
///
/// packet_size_max  largest whole packet to take, in bytes
/// spec             v5 2.1, 1.5.5 [MQTT5-1.5.5-1]
FrameResult next_frame(ByteView in, std::uint32_t packet_size_max);

}  // namespace sluice::mqtt
