#include "ctl/answers.h"

#include <charconv>
#include <utility>

namespace sluice::ctl {

namespace json = boost::json;

Outcome<Answer> shown(Outcome<json::value> reply, std::vector<Column> columns) {
  if (!reply) return tl::unexpected(std::move(reply.error()));
  return Answer{std::move(*reply), std::move(columns)};
}

Outcome<Answer> done(const Outcome<json::value>& reply, std::string note) {
  if (!reply) return tl::unexpected(reply.error());
  Answer answer;
  answer.note = std::move(note);
  return answer;
}

json::array items_of(json::value reply) {
  if (json::array* items = reply.if_array()) return std::move(*items);
  json::object* object = reply.if_object();
  json::value* data = object ? object->if_contains("data") : nullptr;
  return data && data->is_array() ? std::move(data->get_array()) : json::array{};
}

double number_of(const json::object& object, std::string_view member) {
  const json::value* value = object.if_contains(member);
  if (value == nullptr || !value->is_number()) return 0;
  return value->to_number<double>();
}

Outcome<std::uint64_t> number_option(const Arguments& arguments, std::string_view name,
                                     std::uint64_t fallback) {
  const auto text = arguments.find(name);
  if (!text) return fallback;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc{} && end == text->data() + text->size()) return number;
  return misused(std::string(name) + ": '" + *text + "' is no number");
}

}  // namespace sluice::ctl
