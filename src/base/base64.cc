#include "base/base64.h"

#include <array>
#include <cstdint>

namespace sluice {

namespace {

constexpr std::string_view kLettersAndDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

char digit_of(std::uint32_t value, Base64 alphabet) {
  if (value < kLettersAndDigits.size()) return kLettersAndDigits[value];
  const std::string_view last = alphabet == Base64::Url ? "-_" : "+/";
  return last[value - kLettersAndDigits.size()];
}

constexpr std::uint8_t kNoDigit = 0xFF;

std::array<std::uint8_t, 256> values_of(Base64 alphabet) {
  std::array<std::uint8_t, 256> values;
  values.fill(kNoDigit);
  for (std::uint8_t value = 0; value < 64; ++value) {
    values[static_cast<unsigned char>(digit_of(value, alphabet))] = value;
  }
  return values;
}

const std::array<std::uint8_t, 256>& table_of(Base64 alphabet) {
  static const auto standard = values_of(Base64::Standard);
  static const auto url = values_of(Base64::Url);
  return alphabet == Base64::Url ? url : standard;
}

}  // namespace

std::string to_base64(std::string_view bytes, Base64 alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += digit_of(bits >> (count - 6) & 63, alphabet);
  }
  if (count > 0) text += digit_of(bits << (6 - count) & 63, alphabet);
  if (alphabet == Base64::Standard) text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> from_base64(std::string_view text, Base64 alphabet) {
  if (alphabet == Base64::Standard) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  const auto& table = table_of(alphabet);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t value = table[static_cast<unsigned char>(c)];
    if (value == kNoDigit) return std::nullopt;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  const std::uint32_t lost = bits & ((1U << count) - 1);
  if (lost != 0) return std::nullopt;
  return bytes;
}

}  // namespace sluice
