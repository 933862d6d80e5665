#include "ctl/input/document.h"

#include <yaml-cpp/yaml.h>

#include "ctl/input/console.h"

namespace sluice::ctl {

namespace json = boost::json;

namespace {

constexpr int kDepthMax = 32;

json::value to_scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  const bool is_quoted = node.Tag() == "!";
  if (is_quoted) return json::string(text);
  if (text == "true" || text == "false") return text == "true";
  // What JSON takes for a number is one; YAML's hexadecimal and its dates stay texts.
  json::error_code error;
  json::value value = json::parse(text, error);
  return !error && value.is_number() ? value : json::value(json::string(text));
}

Outcome<json::value> to_json(const YAML::Node& node, int depth) {
  if (depth > kDepthMax) return misused("the document is nested too deeply");
  if (node.IsScalar()) return to_scalar(node);
  if (node.IsSequence()) {
    json::array items;
    for (const YAML::Node& each : node) {
      auto item = to_json(each, depth + 1);
      if (!item) return item;
      items.push_back(std::move(*item));
    }
    return items;
  }
  if (!node.IsMap()) return json::value(nullptr);
  json::object members;
  for (const auto& each : node) {
    auto member = to_json(each.second, depth + 1);
    if (!member) return member;
    members[each.first.Scalar()] = std::move(*member);
  }
  return members;
}

}  // namespace

Outcome<json::value> parse_document(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (!error) return value;
  try {
    return to_json(YAML::Load(text), 0);
  } catch (const YAML::Exception& exception) {
    return misused(exception.what());
  }
}

Outcome<json::object> read_object(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return tl::unexpected(text.error());
  auto value = parse_document(*text);
  if (!value) return misused("'" + path + "': " + value.error().what);
  if (!value->is_object()) return misused("'" + path + "' holds no object of JSON or YAML");
  return std::move(value->get_object());
}

}  // namespace sluice::ctl
