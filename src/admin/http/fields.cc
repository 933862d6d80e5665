#include "admin/http/fields.h"

namespace sluice::admin {
namespace json = boost::json;

Outcome<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error == json::error::too_deep) return bad_request("The body is nested too deeply");
  if (error) return bad_request("The body is not JSON: " + error.message());
  return value;
}

Fields::Fields(const json::value& value, std::string path)
    : Fields(&value, std::move(path), std::make_shared<std::optional<std::string>>()) {}

Fields::Fields(const json::value* value, std::string path,
               std::shared_ptr<std::optional<std::string>> problem)
    : object_(value ? value->if_object() : nullptr),
      path_(std::move(path)),
      problem_(std::move(problem)) {
  if (value && !object_) complain("", "has to be an object");
}

const json::value* Fields::find(std::string_view name) const {
  const json::value* found = object_ ? object_->if_contains({name.data(), name.size()}) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

void Fields::complain(std::string_view name, std::string_view what) {
  if (*problem_) return;
  std::string where = path_;
  if (!where.empty() && !name.empty()) where += '.';
  where += name;
  *problem_ = (where.empty() ? "The body" : "'" + where + "'") + " " + std::string(what);
}

Outcome<void> Fields::check() const {
  if (*problem_) return bad_request(**problem_);
  return {};
}

std::optional<std::string> Fields::optional_text(std::string_view name, std::size_t max) {
  const json::value* value = find(name);
  if (!value) return std::nullopt;
  const json::string* text = value->if_string();
  if (!text) {
    complain(name, "has to be a text");
    return std::nullopt;
  }
  if (text->size() > max) complain(name, "is longer than " + std::to_string(max) + " bytes");
  // MQTT knows no text with a NUL, and much of what would show one ends there.
  if (text->find('\0') != json::string::npos) complain(name, "has a NUL character");
  return std::string(text->data(), text->size());
}

std::string Fields::text(std::string_view name, std::size_t max) {
  return optional_text(name, max).value_or("");
}

std::string Fields::required_text(std::string_view name, std::size_t max) {
  std::string given = text(name, max);
  if (given.empty()) complain(name, "is missing");
  return given;
}

std::optional<std::int64_t> Fields::optional_number(std::string_view name, std::int64_t min,
                                                    std::int64_t max) {
  const json::value* value = find(name);
  if (!value) return std::nullopt;
  json::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  if (error || number < min || number > max) {
    complain(name,
             "has to be a whole number of " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return number;
}

std::int64_t Fields::number(std::string_view name, std::int64_t min, std::int64_t max,
                            std::int64_t fallback) {
  return optional_number(name, min, max).value_or(fallback);
}

bool Fields::flag(std::string_view name, bool fallback) {
  const json::value* value = find(name);
  if (!value) return fallback;
  if (!value->is_bool()) complain(name, "has to be true or false");
  return value->is_bool() ? value->get_bool() : fallback;
}

Fields Fields::object(std::string_view name) {
  const std::string path = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  return Fields(find(name), path, problem_);
}

std::vector<Fields> Fields::objects(std::string_view name) {
  std::vector<Fields> items;
  const json::value* value = find(name);
  if (!value) return items;
  const json::array* array = value->if_array();
  if (!array) complain(name, "has to be a list");
  for (std::size_t i = 0; array && i < array->size(); ++i) {
    const std::string path = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
    items.push_back(Fields(&(*array)[i], path + "[" + std::to_string(i) + "]", problem_));
  }
  return items;
}

std::vector<std::string> Fields::texts(std::string_view name) {
  std::vector<std::string> items;
  const json::value* value = find(name);
  if (!value) return items;
  const json::array* array = value->if_array();
  if (!array) complain(name, "has to be a list");
  for (std::size_t i = 0; array && i < array->size(); ++i) {
    const json::string* text = (*array)[i].if_string();
    if (!text || text->find('\0') != json::string::npos)
      complain(name, "has to be a list of texts");
    if (text) items.emplace_back(text->data(), text->size());
  }
  return items;
}

std::string Fields::raw(std::string_view name, std::size_t max) {
  const json::value* value = find(name);
  if (!value) return "";
  std::string text = json::serialize(*value);
  if (text.size() > max) complain(name, "is longer than " + std::to_string(max) + " bytes");
  return text;
}

}  // namespace sluice::admin
