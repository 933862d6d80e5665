#include "ctl/output/documents.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sluice::ctl {

namespace json = boost::json;

namespace {

std::string indent(std::size_t level) {
  return std::string(2 * level, ' ');
}

bool is_leaf(const json::value& value) {
  if (const auto* object = value.if_object()) return object->empty();
  if (const auto* array = value.if_array()) return array->empty();
  return true;
}

void add_json(const json::value& value, std::size_t level, std::string& text) {
  if (is_leaf(value)) {
    text += json::serialize(value);
    return;
  }
  const bool is_object = value.is_object();
  text += is_object ? "{" : "[";
  const char* separator = "\n";
  if (is_object) {
    for (const auto& [name, member] : value.get_object()) {
      text += separator + indent(level + 1) + json::serialize(json::value(name)) + ": ";
      add_json(member, level + 1, text);
      separator = ",\n";
    }
  } else {
    for (const json::value& item : value.get_array()) {
      text += separator + indent(level + 1);
      add_json(item, level + 1, text);
      separator = ",\n";
    }
  }
  text += "\n" + indent(level) + (is_object ? "}" : "]");
}

/// Whether YAML reads it, without quotes, as this text and nothing else.
bool is_plain(std::string_view text) {
  constexpr std::string_view kOthers = "_-./@";
  constexpr std::array<std::string_view, 10> kWords{"true", "false", "yes", "no",   "on",
                                                    "off",  "y",     "n",   "null", "nan"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_fine = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || kOthers.find(c) != std::string_view::npos;
  };
  // A letter in front keeps it from being a number, a date or a mark of YAML's.
  if (text.empty() || !is_letter(text.front()) || !std::ranges::all_of(text, is_fine)) return false;
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return std::ranges::find(kWords, lower) == kWords.end();
}

std::string yaml_leaf(const json::value& value) {
  if (!value.is_string()) return json::serialize(value);
  const json::string& text = value.get_string();
  // JSON's quoted text is one of YAML's.
  return is_plain(text) ? std::string(text) : json::serialize(value);
}

void add_yaml(const json::value& value, std::size_t level, bool continues_line, std::string& text) {
  const auto start_line = [&] {
    if (!continues_line) text += indent(level);
    continues_line = false;
  };
  if (is_leaf(value)) {
    start_line();
    text += yaml_leaf(value) + "\n";
  } else if (const json::object* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      start_line();
      text += yaml_leaf(json::value(name)) + ":";
      text += is_leaf(member) ? " " + yaml_leaf(member) + "\n" : "\n";
      if (!is_leaf(member)) add_yaml(member, level + 1, false, text);
    }
  } else {
    for (const json::value& item : value.get_array()) {
      start_line();
      text += "- ";
      add_yaml(item, level + 1, true, text);
    }
  }
}

}  // namespace

std::string json_text(const json::value& value) {
  std::string text;
  add_json(value, 0, text);
  return text + "\n";
}

std::string yaml_text(const json::value& value) {
  std::string text;
  add_yaml(value, 0, false, text);
  return text;
}

}  // namespace sluice::ctl
