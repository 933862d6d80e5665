#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::auth {

/// Who the rules are for: the values of `${clientId}`, `${username}` and `${cn}`.
struct Subject {
  std::string_view client_id;
  std::string_view username;
  std::string_view common_name;
};

/// One rule by Topic Filter. The first that says something of a topic decides.
struct FilterRule {
  bool allow = false;
  std::string filter;  // with + and #, may hold placeholders
  bool operator==(const FilterRule&) const = default;
};

/// One direction, as an operator wrote it. Without patterns and filters it allows nothing.
///
/// A topic is allowed if the first filter rule that matches it allows it, or, when none matches, if
/// some pattern matches the whole of it.
struct RuleList {
  std::vector<std::string> patterns;  // RE2, as TBMQ's pubAuthRulePatterns
  std::vector<FilterRule> filters;
  bool operator==(const RuleList&) const = default;
};

/// What the rules of one set of credentials say.
struct RuleText {
  RuleList publish;
  RuleList subscribe;
  bool operator==(const RuleText&) const = default;
};

/// Compiled rules of one Client (or of many, if they have no placeholders). Immutable.
///
/// Any error denies. Matching takes time linear in the topic, without recursion.
class AuthorizationRules {
 public:
  /// Inserts the subject's values, which match literally whatever characters they hold; a value
  /// with + # / or NUL makes each rule that uses it match nothing.
  ///
  /// errors  a pattern that RE2 refuses or that is too large, a bad Topic Filter, an unknown
  ///         placeholder: in words for an operator, naming the rule
  static Result<std::shared_ptr<const AuthorizationRules>> make(const RuleText& text,
                                                                const Subject& subject);
  ~AuthorizationRules();

  bool may_publish(std::string_view topic) const;

  /// Whether everything that `filter` matches is allowed: one that is wider than what was granted,
  /// or that reaches into something denied, is refused. Of a Shared Subscription the filter without
  /// `$share/{ShareName}/`.
  bool may_subscribe(std::string_view filter) const;

  /// Rules so wide that nothing needs to be asked.
  bool allows_all_publish() const;

  /// The rules after placeholders were replaced, as text that `from_stored_text` reads: what the
  /// store keeps of a Session.
  const std::string& stored_text() const;
  static Result<std::shared_ptr<const AuthorizationRules>> from_stored_text(std::string_view text);

 private:
  AuthorizationRules();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether `text` could be made for some subject; what to check before saving it.
Result<void> check_rules(const RuleText& text);

}  // namespace sluice::auth
