#pragma once

#include <re2/set.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::auth {

/// The regular expressions of one list of rules, without placeholders. Immutable, shared by
/// threads.
///
/// Plain texts and plain texts with .* behind, which most patterns are, are compared as such; the
/// others are one automaton.
///
/// Limits  kExpressionMemory for each pattern, kListMemory for all of a list; the automaton reads
///         at most kTextMax bytes and matches no longer text
class TopicPatterns {
 public:
  static constexpr std::size_t kListMemory = 256 * 1024;
  static constexpr std::size_t kTextMax = 1024;

  /// errors  a pattern that RE2 refuses, that means something else in Java, or that is too large
  static Result<TopicPatterns> make(const std::vector<std::string>& patterns);

  /// Whether some pattern matches the whole of `text`.
  bool match(std::string_view text) const;

  /// Whether the patterns grant a Topic Filter; see AuthorizationRules::may_subscribe.
  bool grant(std::string_view filter) const;

  bool match_everything() const { return matches_everything_; }

 private:
  struct Plain {
    std::string text;
    bool is_prefix;
  };
  static Result<std::unique_ptr<RE2::Set>> combine(const std::vector<std::string>& patterns);
  static bool read_plain(std::string_view pattern, Plain& plain);

  bool matches_everything_ = false;
  std::vector<Plain> plain_;
  std::unique_ptr<const RE2::Set> others_;  // null: there are none
};

}  // namespace sluice::auth
