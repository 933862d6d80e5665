#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "base/bytes.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/codec/properties.h"

namespace sluice::mqtt {

inline constexpr std::size_t kStringSizeMax = 65'535;
inline constexpr std::size_t kRemainingLengthMax = 268'435'455;

/// Measures what a Writer would append. Both have the same functions, so that one description of a
/// packet gives its lengths and its bytes.
class SizeCounter {
 public:
  void u8(std::uint8_t) { size_ += 1; }
  void u16(std::uint16_t) { size_ += 2; }
  void u32(std::uint32_t) { size_ += 4; }
  void variable_byte_integer(std::uint32_t value) { size_ += variable_byte_integer_size(value); }
  void raw(ByteView bytes) { size_ += bytes.size(); }
  /// A string or binary data behind its two-byte length.
  void sized(ByteView bytes) { size_ += 2 + bytes.size(); }

  std::uint32_t size() const {
    SLUICE_ASSERT(size_ <= kRemainingLengthMax);
    return static_cast<std::uint32_t>(size_);
  }

 private:
  std::size_t size_ = 0;
};

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }

  void u16(std::uint16_t value) {
    const char bytes[] = {static_cast<char>(value >> 8), static_cast<char>(value & 0xFF)};
    out_.append(bytes, sizeof bytes);
  }

  void u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value & 0xFFFF));
  }

  void variable_byte_integer(std::uint32_t value) {
    char bytes[4];
    const char* const end = write_variable_byte_integer(bytes, value);
    out_.append(bytes, static_cast<std::size_t>(end - bytes));
  }

  void raw(ByteView bytes) { out_.append(bytes); }

  void sized(ByteView bytes) {
    SLUICE_ASSERT(bytes.size() <= kStringSizeMax);
    u16(static_cast<std::uint16_t>(bytes.size()));
    out_.append(bytes);
  }

 private:
  std::string& out_;
};

/// Appends fixed header and body; `body` is called with a SizeCounter first, then with a Writer.
template <class Body>
void append_packet(std::string& out, PacketType type, std::uint8_t flags, const Body& body) {
  SizeCounter counter;
  body(counter);
  Writer writer(out);
  writer.u8(static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags));
  writer.variable_byte_integer(counter.size());
  body(writer);
}

template <class Sink>
void put_id(Sink& sink, PropertyId id) {
  sink.u8(static_cast<std::uint8_t>(id));
}

template <class Sink>
void put_string_pair(Sink& sink, ByteView name, ByteView value) {
  put_id(sink, PropertyId::UserProperty);
  sink.sized(name);
  sink.sized(value);
}

}  // namespace sluice::mqtt
