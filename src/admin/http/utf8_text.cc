#include "admin/http/utf8_text.h"

#include "mqtt/codec/utf8.h"

namespace sluice::admin {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kCharacterMax = 4;  // bytes

/// Bytes of the character that `bytes` begins with, 0: it begins with none.
std::size_t first_character(std::string_view bytes) {
  for (std::size_t size = 1; size <= std::min(kCharacterMax, bytes.size()); ++size) {
    if (mqtt::is_valid_utf8(bytes.substr(0, size))) return size;
  }
  return 0;
}

}  // namespace

std::string to_utf8_text(std::string_view bytes) {
  if (mqtt::is_valid_utf8(bytes)) return std::string(bytes);
  std::string text;
  while (!bytes.empty()) {
    const std::size_t size = first_character(bytes);
    text += size == 0 ? kReplacement : bytes.substr(0, size);
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

}  // namespace sluice::admin
