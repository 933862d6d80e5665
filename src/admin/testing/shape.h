#pragma once

#include <boost/json.hpp>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

namespace sluice::admin::testing {

/// What a JSON value has to be, in words:
///
///   text, uuid, int, bool, object   `?` behind it: or null
///   [shape]                         a list of these
///   page(shape)                     TBMQ's PageData of these
///   Setting(shape)                  TBMQ's AdminSettings with such a value
///   ANY|OF|THESE                    one of some texts
///   Name                            an object with the members that `shapes` lists for the name as
///                                   "member:shape member:shape"; more members are allowed
class ShapeCheck {
 public:
  explicit ShapeCheck(const std::map<std::string, std::string>& shapes) : shapes_(shapes) {}

  /// What is wrong, with the path to it; empty: nothing.
  std::string check(const boost::json::value& value, std::string shape,
                    const std::string& path = "") const {
    if (shape.ends_with('?')) {
      if (value.is_null()) return "";
      shape.pop_back();
    }
    if (shape.starts_with('[')) return check_list(value, shape.substr(1, shape.size() - 2), path);
    if (shape.starts_with("page(")) return check_page(value, shape.substr(5, shape.size() - 6));
    if (shape.starts_with("Setting(")) {
      const std::string inner = shape.substr(8, shape.size() - 9);
      return check_members(value, "id:uuid createdTime:int key:text jsonValue:" + inner, path);
    }
    if (shape.find('|') != std::string::npos) return check_choice(value, shape, path);
    const auto named = shapes_.find(shape);
    if (named != shapes_.end()) return check_members(value, named->second, path);
    return is_kind(value, shape) ? "" : path + " is no " + shape;
  }

 private:
  static bool is_kind(const boost::json::value& value, const std::string& kind) {
    if (kind == "text") return value.is_string();
    if (kind == "uuid") return value.is_string() && value.get_string().size() == 36;
    if (kind == "int") return value.is_int64() || value.is_uint64();
    if (kind == "bool") return value.is_bool();
    return kind == "object" && value.is_object();
  }
  std::string check_list(const boost::json::value& value, const std::string& item,
                         const std::string& path) const {
    if (!value.is_array()) return path + " is no list";
    for (const boost::json::value& each : value.get_array()) {
      if (auto wrong = check(each, item, path + "[]"); !wrong.empty()) return wrong;
    }
    return "";
  }
  std::string check_page(const boost::json::value& value, const std::string& item) const {
    auto wrong = check_members(value, "totalPages:int totalElements:int hasNext:bool", "");
    if (!wrong.empty()) return wrong;
    const boost::json::value* data = value.get_object().if_contains("data");
    return data ? check_list(*data, item, "data") : "data is missing";
  }
  static std::string check_choice(const boost::json::value& value, const std::string& names,
                                  const std::string& path) {
    const std::string given = value.is_string() ? std::string(value.get_string()) : "";
    const bool is_one =
        !given.empty() && ("|" + names + "|").find("|" + given + "|") != std::string::npos;
    return is_one ? "" : path + " is none of " + names;
  }
  std::string check_members(const boost::json::value& value, const std::string& members,
                            const std::string& path) const {
    if (!value.is_object()) return path + " is no object";
    std::istringstream words(members);
    for (std::string word; words >> word;) {
      const std::size_t colon = word.find(':');
      const std::string name = word.substr(0, colon);
      const boost::json::value* member = value.get_object().if_contains(name);
      if (!member) return path + "." + name + " is missing";
      auto wrong = check(*member, word.substr(colon + 1), path + "." + name);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

  const std::map<std::string, std::string>& shapes_;
};

}  // namespace sluice::admin::testing
