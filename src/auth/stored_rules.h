#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/authorization_rules.h"
#include "base/result.h"

namespace sluice::auth {

// Rules as the store keeps them with a Session: rule sets of which one has to allow, without
// placeholders. Text, so that a dump of the store can be read: a version, then each rule set in
// parentheses as items of direction (P, S), kind (~ pattern, + allow, - deny) and counted text.
//
//   1(P~2:.*S-8:dev/privS+5:dev/#)

std::string write_rules(const std::vector<RuleText>& alternatives);

/// errors  another version, or not what `write_rules` writes
Result<std::vector<RuleText>> read_rules(std::string_view text);

}  // namespace sluice::auth
