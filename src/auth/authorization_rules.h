#pragma once

#include <cstddef>
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

inline constexpr std::size_t kRulesMax = 256;  // patterns and filters of a RuleList together
inline constexpr std::size_t kPatternBytesMax = 4096;

/// What the rules of one set of credentials say.
struct RuleText {
  RuleList publish;
  RuleList subscribe;
  bool operator==(const RuleText&) const = default;
};

/// Compiled rules of one Client (or of many, if they have no placeholders). Immutable, shared by
/// threads.
///
/// Any error denies. Matching takes time linear in the topic, without recursion. Patterns other
/// than plain text and plain text with .* behind match no text of more than 1024 bytes: that
/// bounds what the worst expression costs to a few milliseconds (bench/micro/authorization).
class AuthorizationRules {
 public:
  /// Inserts the subject's values, which match literally whatever characters they hold. A value
  /// that is empty, begins with '$' or holds + # / or NUL makes each pattern and allow rule that
  /// uses it match nothing; a deny rule that uses it denies all that reaches it.
  ///
  /// errors  a pattern that RE2 refuses or that is too large (64 KiB as a program, 256 KiB with the
  ///         others of its list), a bad Topic Filter, an unknown placeholder: in words for an
  ///         operator, naming the rule
  static Result<std::shared_ptr<const AuthorizationRules>> make(const RuleText& text,
                                                                const Subject& subject);

  /// What one of `parts` allows is allowed; of none, nothing.
  static std::shared_ptr<const AuthorizationRules> any_of(
      const std::vector<std::shared_ptr<const AuthorizationRules>>& parts);

  ~AuthorizationRules();

  bool may_publish(std::string_view topic) const;

  /// Whether everything that `filter` matches is allowed: one that is wider than what was granted,
  /// or that reaches into something denied, is refused. Of a Shared Subscription the filter without
  /// `$share/{ShareName}/`.
  ///
  /// Filter rules are asked in their order: an allow rule grants what it covers as a whole, a deny
  /// rule refuses what has one topic in common with it. Both are exact.
  ///
  /// Patterns are matched with the filter's text, as TBMQ does, and then with topics that the
  /// filter matches: a + that the pattern does not name (as in dev/\+) is replaced by texts of one
  /// level, a # that it does not name by an empty, one and several levels. So dev/[^/]+ grants
  /// dev/+ but not dev/#, and dev/.* grants both. The parent level of # and the empty level of +
  /// are not tried: hardly a pattern that people write has them.
  bool may_subscribe(std::string_view filter) const;

  /// Rules so wide that nothing needs to be asked.
  bool allows_all_publish() const;

  /// The rules after placeholders were replaced, as text that `from_stored_text` reads: what the
  /// store keeps of a Session. Equal texts are equal rules.
  const std::string& stored_text() const;
  /// errors  an unknown version, damage, and those of `make`
  static Result<std::shared_ptr<const AuthorizationRules>> from_stored_text(std::string_view text);

 private:
  AuthorizationRules();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Whether `text` could be made for some subject; what to check before saving it.
Result<void> check_rules(const RuleText& text);

}  // namespace sluice::auth
