#include "tools/json.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>

namespace sluice::tools {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          std::array<char, 8> escaped{};
          std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
          out += escaped.data();
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

bool is_json(std::string_view text) {
  boost::system::error_code error;
  boost::json::parse({text.data(), text.size()}, error);
  return !error;
}

void append_minified_json(std::string& out, std::string_view text) {
  bool in_string = false;
  bool escaped = false;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (in_string || !is_space) out += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
  }
}

void JsonObject::add(std::string_view name, std::string_view value) {
  std::string quoted;
  append_json_string(quoted, value);
  add_raw(name, quoted);
}

void JsonObject::add(std::string_view name, double value) {
  if (!std::isfinite(value)) return add_raw(name, "null");
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  if (std::fabs(value) >= 1e5) std::snprintf(text.data(), text.size(), "%.0f", value);
  add_raw(name, text.data());
}

void JsonObject::add_raw(std::string_view name, std::string_view json) {
  if (text_.size() > 1) text_ += ',';
  append_json_string(text_, name);
  text_ += ':';
  text_ += json;
}

}  // namespace sluice::tools
