#include "providers/strict_json.h"

#include <boost/json/parse.hpp>
#include <exception>
#include <utility>

namespace sluice::providers {

namespace {

namespace json = boost::json;

std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const auto* list = value.if_array()) {
    for (const auto& element : *list) count += count_members(element);
  }
  return count;
}

/// In valid JSON there is one colon outside of strings for each member that was written.
std::size_t count_written_members(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') in_string = !in_string;
    if (in_string && text[i] == '\\') ++i;
    if (!in_string && text[i] == ':') ++count;
  }
  return count;
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::system::error_code error;
  json::value value;
  try {
    value = json::parse({text.data(), text.size()}, error, {}, options);
  } catch (const std::exception& exception) {
    return failure(std::string("malformed JSON: ") + exception.what());
  }
  if (error) return failure("malformed JSON: " + error.message());
  // Of a repeated name the parser keeps the last only.
  if (count_members(value) != count_written_members(text)) {
    return failure("a name is repeated in a JSON object");
  }
  return value;
}

Result<json::object> parse_json_object(std::string_view text) {
  auto value = parse_json(text);
  if (!value) return tl::unexpected(value.error());
  if (!value->is_object()) return failure("not a JSON object");
  return std::move(value->get_object());
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

}  // namespace sluice::providers
