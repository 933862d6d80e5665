#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/authorization_rules.h"
#include "base/result.h"

namespace sluice::auth {

// ${clientId}, ${username} and ${cn} in rules. What stands for them was chosen by a Client, so it
// must never become a wildcard, a level or an expression of its own (CVE-2017-7650).

/// The rules for this subject, without placeholders. Values are quoted in patterns and taken as
/// they are in filters. A value is unusable if it is empty, begins with '$' or holds + # / or NUL:
/// an allow rule or a pattern with it is left out; a deny rule with it denies all that reaches it.
///
/// errors  an unknown or unclosed placeholder; one in a pattern where its text would not stand for
///         itself: in a class, between \Q and \E, or before a repetition
Result<RuleText> fill_placeholders(const RuleText& text, const Subject& subject);

/// Whether the rules differ from Client to Client.
bool has_placeholders(const RuleText& text);

}  // namespace sluice::auth
