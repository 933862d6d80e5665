#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "mqtt/codec/utf8.h"

namespace sluice::mqtt {

/// A cursor over the body of a packet that never leaves it.
///
/// After the first thing that cannot be read every further read yields zero or an empty view and
/// `failed` stays true, so callers check once. Whatever a Reader refuses is a Malformed Packet.
class Reader {
 public:
  explicit Reader(ByteView in) : at_(in.data()), end_(in.data() + in.size()) {}

  bool failed() const { return failed_; }
  bool at_end() const { return at_ == end_; }
  /// All bytes were read and all of them made sense.
  bool is_complete() const { return !failed_ && at_ == end_; }
  const char* position() const { return at_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::uint8_t u8() {
    const ByteView in = bytes(1);
    return in.empty() ? std::uint8_t{0} : octet(in, 0);
  }

  std::uint16_t u16() {
    const ByteView in = bytes(2);
    if (in.empty()) return 0;
    return static_cast<std::uint16_t>(octet(in, 0) << 8 | octet(in, 1));
  }

  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }

  /// At most four bytes, in the shortest form [MQTT5-1.5.5-1].
  std::uint32_t variable_byte_integer() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
      const std::uint8_t byte = u8();
      value |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
      if (byte >= 0x80) continue;
      if (byte == 0 && shift > 0) break;
      return value;
    }
    fail();
    return 0;
  }

  ByteView bytes(std::size_t size) {
    if (size > left()) {
      fail();
      return {};
    }
    const ByteView out(at_, size);
    at_ += size;
    return out;
  }

  /// Binary Data, v5 1.5.6.
  ByteView binary() { return bytes(u16()); }

  /// UTF-8 Encoded String, v5 1.5.4.
  ByteView string() {
    const ByteView text = binary();
    if (is_valid_string(text)) return text;
    fail();
    return {};
  }

  ByteView rest() { return bytes(left()); }

  /// For what a caller finds out about the bytes.
  void fail() {
    failed_ = true;
    at_ = end_;
  }

 private:
  static std::uint8_t octet(ByteView in, std::size_t i) { return static_cast<std::uint8_t>(in[i]); }

  const char* at_;
  const char* end_;
  bool failed_ = false;
};

}  // namespace sluice::mqtt
