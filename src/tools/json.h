#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::tools {

/// Appends `text` in quotes. Control characters are escaped; other bytes are passed on, so the text
/// should be UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// Whether `text` is one JSON value.
bool is_json(std::string_view text);

/// Appends the JSON value `text` without the white space between its tokens.
void append_minified_json(std::string& out, std::string_view text);

/// Builds one JSON object, member by member in the order of the calls, on one line.
class JsonObject {
 public:
  void add(std::string_view name, std::string_view value);
  void add(std::string_view name, const char* value) { add(name, std::string_view(value)); }
  void add(std::string_view name, bool value) { add_raw(name, value ? "true" : "false"); }
  void add(std::string_view name, double value);
  void add(std::string_view name, std::integral auto value) {
    add_raw(name, std::to_string(value));
  }
  /// `json` is a value that is JSON already.
  void add_raw(std::string_view name, std::string_view json);

  std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

}  // namespace sluice::tools
