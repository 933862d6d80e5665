#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "auth/authorization_rules.h"
#include "entities/json_reader.h"

namespace sluice::entities {

// `authRules` of credentials and providers: {pubAuthRulePatterns, subAuthRulePatterns: [expression]
// or null, pubFilterRules, subFilterRules: [{allow, filter}]}.

/// The member `name`; nothing if it is missing.
std::optional<auth::RuleText> read_rules(JsonReader& reader, std::string_view name);

/// `filters` are written only where there are some: TBMQ's clients know patterns only.
boost::json::object print_rules(const auth::RuleText& rules);

}  // namespace sluice::entities
