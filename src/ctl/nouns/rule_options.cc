#include "ctl/nouns/rule_options.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "ctl/input/document.h"

namespace sluice::ctl {

namespace json = boost::json;

namespace {

/// How the API names the two lists of one direction.
struct Direction {
  const char* option;
  const char* patterns;
  const char* filters;
};
constexpr Direction kPublish{"--publish", "pubAuthRulePatterns", "pubFilterRules"};
constexpr Direction kSubscribe{"--subscribe", "subAuthRulePatterns", "subFilterRules"};

Outcome<void> add_rule(const Direction& direction, std::string_view rule, json::object& rules) {
  const std::string_view kind = rule.substr(0, rule.find(':'));
  const std::string_view value = rule.substr(std::min(rule.size(), kind.size() + 1));
  json::string text(value.data(), value.size());
  if (value.empty() || (kind != "allow" && kind != "deny" && kind != "pattern")) {
    return misused(std::string(direction.option) + ": '" + std::string(rule) +
                   "' is none of allow:FILTER, deny:FILTER and pattern:EXPRESSION");
  }
  if (kind == "pattern") {
    rules[direction.patterns].get_array().push_back(std::move(text));
  } else {
    rules[direction.filters].get_array().push_back(
        json::object{{"allow", kind == "allow"}, {"filter", std::move(text)}});
  }
  return {};
}

Outcome<void> replace_direction(const Arguments& arguments, const Direction& direction,
                                json::object& rules) {
  if (!arguments.has(direction.option)) return {};
  rules[direction.patterns].emplace_array();
  rules[direction.filters].emplace_array();
  for (const std::string& rule : arguments.list(direction.option)) {
    if (auto added = add_rule(direction, rule, rules); !added) return added;
  }
  return {};
}

}  // namespace

std::vector<Parameter> rule_options() {
  return {repeated(option("--publish", "RULE",
                          "What clients may publish to: allow:FILTER and deny:FILTER, asked in "
                          "their order, or pattern:EXPRESSION; may be repeated")),
          repeated(option("--subscribe", "RULE",
                          "The same for subscriptions. Without any rules clients may do all; where "
                          "there are some, what none allows is denied")),
          option("--rules-file", "FILE", "The API's rules as JSON or YAML, - for stdin"),
          flag("--no-rules", "Clients may do everything")};
}

bool has_rules(const Arguments& arguments) {
  return arguments.has("--publish") || arguments.has("--subscribe") ||
         arguments.has("--rules-file") || arguments.has("--no-rules");
}

Outcome<json::value> change_rules(const Arguments& arguments, json::value rules) {
  const bool has_lists = arguments.has("--publish") || arguments.has("--subscribe");
  const bool has_file = arguments.has("--rules-file");
  const bool has_none = arguments.has("--no-rules");
  if (has_lists + has_file + has_none > 1) {
    return misused("--no-rules and --rules-file stand alone");
  }
  if (has_none) return json::value(nullptr);
  if (has_file) {
    auto file = read_object(arguments.text("--rules-file"));
    if (!file) return tl::unexpected(file.error());
    return std::move(*file);
  }
  if (!has_lists) return rules;
  if (!rules.is_object()) rules.emplace_object();
  for (const Direction& direction : {kPublish, kSubscribe}) {
    const auto replaced = replace_direction(arguments, direction, rules.get_object());
    if (!replaced) return tl::unexpected(replaced.error());
  }
  return rules;
}

}  // namespace sluice::ctl
