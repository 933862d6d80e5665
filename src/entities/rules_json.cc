#include "entities/rules_json.h"

namespace sluice::entities {
namespace {

namespace json = boost::json;

std::vector<auth::FilterRule> read_filters(JsonReader& reader, std::string_view name) {
  std::vector<auth::FilterRule> rules;
  const json::array* const values = reader.array(name);
  if (values == nullptr) return rules;
  for (const json::value& value : *values) {
    if (!value.is_object()) {
      reader.fail(name, "must be a list of objects");
      return rules;
    }
    JsonReader inner = reader.inner(name, value.get_object());
    const auto allow = inner.flag("allow");
    const auto filter = inner.text("filter");
    inner.finish();
    if (!allow || !filter) {
      reader.fail(name, "each rule needs allow and filter");
      return rules;
    }
    rules.push_back({*allow, *filter});
  }
  return rules;
}

json::array print_patterns(const std::vector<std::string>& patterns) {
  return json::array(patterns.begin(), patterns.end());
}

json::array print_filters(const std::vector<auth::FilterRule>& rules) {
  json::array printed;
  for (const auth::FilterRule& rule : rules) {
    printed.push_back(json::object{{"allow", rule.allow}, {"filter", rule.filter}});
  }
  return printed;
}

}  // namespace

std::optional<auth::RuleText> read_rules(JsonReader& reader, std::string_view name) {
  const json::object* const object = reader.object(name);
  if (object == nullptr) return std::nullopt;
  JsonReader inner = reader.inner(name, *object);
  auth::RuleText rules;
  rules.publish.patterns = inner.texts("pubAuthRulePatterns");
  rules.subscribe.patterns = inner.texts("subAuthRulePatterns");
  rules.publish.filters = read_filters(inner, "pubFilterRules");
  rules.subscribe.filters = read_filters(inner, "subFilterRules");
  inner.finish();
  return rules;
}

json::object print_rules(const auth::RuleText& rules) {
  json::object printed{{"pubAuthRulePatterns", print_patterns(rules.publish.patterns)},
                       {"subAuthRulePatterns", print_patterns(rules.subscribe.patterns)}};
  if (!rules.publish.filters.empty()) {
    printed["pubFilterRules"] = print_filters(rules.publish.filters);
  }
  if (!rules.subscribe.filters.empty()) {
    printed["subFilterRules"] = print_filters(rules.subscribe.filters);
  }
  return printed;
}

}  // namespace sluice::entities
