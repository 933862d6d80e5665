#include "base/log_line.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace sluice::log {

namespace {

std::string utc(std::int64_t wall_ms) {
  const auto whole = static_cast<std::time_t>(wall_ms / 1000);
  std::tm parts{};
  ::gmtime_r(&whole, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + size, text.size() - size, ".%03dZ", static_cast<int>(wall_ms % 1000));
  return text.data();
}

std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, 5> kNames{"debug", "info", "warning", "error", "off"};
  return kNames[static_cast<std::size_t>(level)];
}

/// The length of the character of UTF-8 at the front of `text`; 0: it is none, or one that would
/// act on a terminal.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  std::uint32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool is_control = code < 0xA0;
  if (code < kSmallest[length] || code > 0x10FFFF || is_surrogate || is_control) return 0;
  return length;
}

/// What cannot be shown as \xNN; `also` gets a backslash.
std::string escape(std::string_view text, std::string_view also) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) {
      const auto code = static_cast<unsigned char>(text.front());
      escaped += "\\x";
      escaped += kHex[code >> 4];
      escaped += kHex[code & 0x0F];
      text.remove_prefix(1);
      continue;
    }
    if (also.find(text.front()) != std::string_view::npos) escaped += '\\';
    escaped += text.substr(0, length);
    text.remove_prefix(length);
  }
  return escaped;
}

std::string in_quotes(std::string_view text) {
  // JSON knows no \xNN, so its backslash becomes one that is shown.
  return '"' + escape(escape(text, ""), "\"\\") + '"';
}

/// Quoted where somebody could pretend another field.
std::string text_value(std::string_view value) {
  const bool is_plain = !value.empty() && value.find_first_of(" =\"") == std::string_view::npos;
  return is_plain ? escape(value, "") : '"' + escape(value, "\"\\") + '"';
}

std::string format_json(const Event& event, std::string_view node, const std::string& time) {
  std::string line = "{\"ts\":\"" + time + "\",\"level\":\"" + std::string(name_of(event.level)) +
                     "\",\"msg\":" + in_quotes(event.words);
  if (!node.empty()) line += ",\"node\":" + in_quotes(node);
  for (const Field& field : event.fields) {
    line += ',' + in_quotes(field.name) + ':' + in_quotes(field.value);
  }
  return line + '}';
}

}  // namespace

std::string format_line(const Event& event, Format format, std::string_view node,
                        std::int64_t wall_ms) {
  if (format == Format::Json) return format_json(event, node, utc(wall_ms));
  std::string line = utc(wall_ms) + ' ' + std::string(name_of(event.level)) + ' ';
  line += escape(event.words, "");
  for (const Field& field : event.fields) {
    line += ' ' + std::string(field.name) + '=' + text_value(field.value);
  }
  return line;
}

}  // namespace sluice::log
