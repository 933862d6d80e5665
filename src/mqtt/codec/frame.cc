#include "mqtt/codec/frame.h"

namespace sluice::mqtt {
namespace {

constexpr FrameResult without_frame(FrameStatus status, std::size_t bytes_needed = 0) {
  return {status, {}, bytes_needed};
}

}  // namespace

FrameResult next_frame(ByteView in, std::uint32_t packet_size_max) {
  if (in.empty()) return without_frame(FrameStatus::Incomplete);
  const auto first = static_cast<std::uint8_t>(in[0]);
  if (first >> 4 == 0) return without_frame(FrameStatus::Malformed);

  std::size_t remaining_length = 0;
  std::size_t header_size = 1;
  for (unsigned shift = 0;; shift += 7) {
    if (shift == 28) return without_frame(FrameStatus::Malformed);
    if (header_size == in.size()) return without_frame(FrameStatus::Incomplete);
    const auto byte = static_cast<std::uint8_t>(in[header_size++]);
    remaining_length |= static_cast<std::size_t>(byte & 0x7F) << shift;
    if (byte >= 0x80) continue;
    if (byte == 0 && shift > 0) return without_frame(FrameStatus::Malformed);
    break;
  }

  const std::size_t size = header_size + remaining_length;
  if (size > packet_size_max) return without_frame(FrameStatus::TooLarge);
  if (size > in.size()) return without_frame(FrameStatus::Incomplete, size);
  const Frame frame{static_cast<PacketType>(first >> 4), static_cast<std::uint8_t>(first & 0x0F),
                    in.substr(header_size, remaining_length), size};
  return {FrameStatus::Complete, frame, 0};
}

}  // namespace sluice::mqtt
