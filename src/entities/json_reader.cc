#include "entities/json_reader.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>

namespace sluice::entities {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> number_of(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string()) return std::nullopt;
  const json::string& digits = value.get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<json::object> parse_json_object(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error);
  if (error) return invalid(std::string(what) + ": not JSON (" + error.message() + ")");
  if (!value.is_object()) return invalid(std::string(what) + ": not a JSON object");
  return std::move(value.get_object());
}

const json::value* JsonReader::find(std::string_view name) {
  asked_.emplace_back(name);
  const json::value* const value = object_.if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool JsonReader::has(std::string_view name) {
  return find(name) != nullptr;
}

std::optional<std::string> JsonReader::text(std::string_view name) {
  const json::value* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  fail(name, "must be a text");
  return std::nullopt;
}

std::optional<bool> JsonReader::flag(std::string_view name) {
  const json::value* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  fail(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::int64_t> JsonReader::number(std::string_view name, std::int64_t least,
                                               std::int64_t most) {
  const json::value* const value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = number_of(*value);
  if (number && *number >= least && *number <= most) return number;
  fail(name, "must be a number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::vector<std::string> JsonReader::texts(std::string_view name) {
  std::vector<std::string> texts;
  const json::array* const values = array(name);
  if (values == nullptr) return texts;
  for (const json::value& value : *values) {
    if (value.is_string()) {
      texts.emplace_back(value.get_string());
    } else {
      fail(name, "must be a list of texts");
    }
  }
  return texts;
}

std::map<std::string, std::string> JsonReader::text_map(std::string_view name) {
  std::map<std::string, std::string> texts;
  const json::object* const members = object(name);
  if (members == nullptr) return texts;
  for (const auto& [key, value] : *members) {
    if (value.is_string()) {
      texts.emplace(key, value.get_string());
    } else {
      fail(name, "must hold texts");
    }
  }
  return texts;
}

const json::object* JsonReader::object(std::string_view name) {
  const json::value* const value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) fail(name, "must be an object");
  return value->if_object();
}

const json::array* JsonReader::array(std::string_view name) {
  const json::value* const value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) fail(name, "must be a list");
  return value->if_array();
}

void JsonReader::fail(std::string_view name, std::string_view what) {
  if (!mistake_) mistake_ = path_of(name) + ": " + std::string(what);
}

void JsonReader::finish() {
  for (const auto& [key, value] : object_) {
    if (std::ranges::find(asked_, std::string_view(key)) == asked_.end()) {
      fail(key, "unknown");
    }
  }
}

}  // namespace sluice::entities
