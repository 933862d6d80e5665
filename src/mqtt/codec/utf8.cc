#include "mqtt/codec/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sluice::mqtt {
namespace {

constexpr std::uint64_t kLowBits = 0x0101010101010101;
constexpr std::uint64_t kHighBits = 0x8080808080808080;

std::uint64_t load_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::uint8_t byte_at(const char* at) {
  return static_cast<std::uint8_t>(*at);
}

bool is_continuation(const char* at) {
  return (byte_at(at) & 0xC0) == 0x80;
}

/// The size of the well-formed sequence of two to four bytes at `at`, 0 if there is none.
/// The ranges are those of table 3-7 of the Unicode standard.
std::size_t multi_byte_size(const char* at, std::size_t left) {
  const std::uint8_t lead = byte_at(at);
  if (lead < 0xC2 || lead > 0xF4 || left < 2) return 0;
  if (lead < 0xE0) return is_continuation(at + 1) ? 2 : 0;
  const std::uint8_t second = byte_at(at + 1);
  const std::uint8_t second_min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t second_max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < second_min || second > second_max) return 0;
  if (left < 3 || !is_continuation(at + 2)) return 0;
  if (lead < 0xF0) return 3;
  return left >= 4 && is_continuation(at + 3) ? 4 : 0;
}

template <bool kNulAllowed>
bool is_well_formed(ByteView bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    if (end - at >= 8) {
      const std::uint64_t word = load_word(at);
      // Subtracting 1 from each byte sets a high bit when some byte is 0.
      const std::uint64_t suspects = kNulAllowed ? word : word | (word - kLowBits);
      if ((suspects & kHighBits) == 0) {
        at += 8;
        continue;
      }
    }
    if (byte_at(at) < 0x80) {
      if (!kNulAllowed && *at == '\0') return false;
      ++at;
      continue;
    }
    const std::size_t size = multi_byte_size(at, static_cast<std::size_t>(end - at));
    if (size == 0) return false;
    at += size;
  }
  return true;
}

/// Not 0 when some byte of `word` is 0.
std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - kLowBits) & ~word & kHighBits;
}

}  // namespace

bool is_valid_utf8(ByteView bytes) {
  return is_well_formed<true>(bytes);
}

bool is_valid_string(ByteView bytes) {
  return is_well_formed<false>(bytes);
}

bool has_wildcard_character(ByteView topic) {
  const char* at = topic.data();
  const char* const end = at + topic.size();
  for (; end - at >= 8; at += 8) {
    const std::uint64_t word = load_word(at);
    if ((zero_bytes(word ^ (kLowBits * '+')) | zero_bytes(word ^ (kLowBits * '#'))) != 0) {
      return true;
    }
  }
  for (; at != end; ++at) {
    if (*at == '+' || *at == '#') return true;
  }
  return false;
}

}  // namespace sluice::mqtt
