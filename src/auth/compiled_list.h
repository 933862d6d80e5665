#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authorization_rules.h"
#include "auth/topic_patterns.h"
#include "base/result.h"

namespace sluice::auth {

/// One direction of a rule set, without placeholders. Immutable, shared by threads.
class CompiledList {
 public:
  /// errors  more than kRulesMax rules, a pattern or filter that is none
  static Result<CompiledList> make(RuleList list);

  /// Whether the first filter rule that matches `topic` allows it, or, without one, a pattern.
  bool allow_topic(std::string_view topic) const;
  /// Whether all of `filter` is allowed; see AuthorizationRules::may_subscribe.
  bool allow_filter(std::string_view filter) const;
  /// Whether `allow_topic` holds for every topic.
  bool allow_everything() const;

 private:
  /// A filter rule and what its topics have to begin with, which tells most of them apart at once.
  struct Rule {
    explicit Rule(FilterRule rule);
    bool matches(std::string_view topic) const;

    bool allow;
    bool has_wildcard;
    std::size_t head;  // bytes of the filter before the first level with a wildcard and its '/'
    std::string filter;
  };
  std::vector<Rule> rules_;
  TopicPatterns patterns_;
};

}  // namespace sluice::auth
