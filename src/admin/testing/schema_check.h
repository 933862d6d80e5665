#pragma once

#include <yaml-cpp/yaml.h>

#include <boost/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace sluice::admin::testing {

/// Holds JSON values against the schemas of api/openapi.yaml.
///
/// Strict: a member that its object does not list is wrong, unless `additionalProperties` says what
/// others are; and so is a keyword of a schema that is not looked at here.
class SchemaCheck {
 public:
  explicit SchemaCheck(YAML::Node document) : document_(std::move(document)) {}

  /// What is wrong, with the path to it; empty: nothing.
  std::string check(const boost::json::value& value, const YAML::Node& schema,
                    const std::string& path = "answer") const {
    if (!schema.IsMap() || schema.size() == 0) return path + " has no schema";
    for (const auto& keyword : schema) {
      const auto name = keyword.first.as<std::string>();
      if (!kKeywords.contains(name)) return path + ": nobody looks at '" + name + "'";
    }
    if (schema["$ref"]) return check(value, resolved(schema), path);
    if (schema["oneOf"]) return check_one_of(value, schema["oneOf"], path);
    if (!has_type(value, schema["type"])) return path + " has another type";
    if (auto wrong = check_scalar(value, schema, path); !wrong.empty()) return wrong;
    if (value.is_array()) return check_items(value.get_array(), schema, path);
    if (value.is_object()) return check_members(value.get_object(), schema, path);
    return "";
  }

  /// What a `$ref` leads to; without one the node itself.
  YAML::Node resolved(const YAML::Node& node) const {
    if (!node["$ref"]) return node;
    const auto reference = node["$ref"].as<std::string>();  // "#/components/schemas/Name"
    const std::size_t name = reference.rfind('/');
    const std::size_t kind = reference.rfind('/', name - 1);
    const YAML::Node components = document_["components"];
    return components[reference.substr(kind + 1, name - kind - 1)][reference.substr(name + 1)];
  }

  const YAML::Node& document() const { return document_; }

 private:
  inline static const std::set<std::string> kKeywords{
      "$ref",       "oneOf",  "type",     "format",  "description",          "required",
      "properties", "items",  "maxItems", "example", "additionalProperties", "enum",
      "minimum",    "maximum"};

  static bool is_of(const boost::json::value& value, const std::string& type) {
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "number") return value.is_number();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return type == "null" && value.is_null();
  }
  static bool has_type(const boost::json::value& value, const YAML::Node& type) {
    if (!type) return false;
    if (type.IsScalar()) return is_of(value, type.as<std::string>());
    for (const auto& one : type) {
      if (is_of(value, one.as<std::string>())) return true;
    }
    return false;
  }
  static bool is_among(const std::string& text, const YAML::Node& choices) {
    for (const auto& choice : choices) {
      if (choice.as<std::string>() == text) return true;
    }
    return false;
  }
  static std::string check_scalar(const boost::json::value& value, const YAML::Node& schema,
                                  const std::string& path) {
    if (schema["enum"] && value.is_string() &&
        !is_among(std::string(value.get_string()), schema["enum"])) {
      return path + " is no listed value";
    }
    if (!value.is_number()) return "";
    const auto number = value.to_number<double>();
    const bool is_below = schema["minimum"] && number < schema["minimum"].as<double>();
    const bool is_above = schema["maximum"] && number > schema["maximum"].as<double>();
    return is_below || is_above ? path + " is out of its bounds" : "";
  }
  std::string check_one_of(const boost::json::value& value, const YAML::Node& choices,
                           const std::string& path) const {
    std::string all;
    for (const auto& choice : choices) {
      const std::string wrong = check(value, choice, path);
      if (wrong.empty()) return "";
      all += (all.empty() ? "" : "; or ") + wrong;
    }
    return all;
  }
  std::string check_items(const boost::json::array& items, const YAML::Node& schema,
                          const std::string& path) const {
    if (schema["maxItems"] && items.size() > schema["maxItems"].as<std::size_t>()) {
      return path + " has too many items";
    }
    for (const boost::json::value& item : items) {
      const std::string wrong = check(item, schema["items"], path + "[]");
      if (!wrong.empty()) return wrong;
    }
    return "";
  }
  std::string check_members(const boost::json::object& object, const YAML::Node& schema,
                            const std::string& path) const {
    for (const auto& name : schema["required"]) {
      if (!object.contains(name.as<std::string>())) {
        return path + "." + name.as<std::string>() + " is missing";
      }
    }
    const YAML::Node properties = schema["properties"];
    const YAML::Node others = schema["additionalProperties"];
    for (const auto& [key, value] : object) {
      const std::string name(key);
      const std::string below = path + "." + name;
      const bool is_listed = properties && properties[name];
      if (!is_listed && !others) return below + " is not documented";
      if (!is_listed && others.IsScalar()) continue;  // anything
      const std::string wrong = check(value, is_listed ? properties[name] : others, below);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

  const YAML::Node document_;
};

}  // namespace sluice::admin::testing
