#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::auth {

/// Tries whether a condition on texts, which holds for a Topic Filter's own text, also holds for
/// the topics that the filter matches.
///
/// A wildcard is *named* if the condition holds for its character but not for that character's
/// neighbours in ASCII: then somebody wrote it down, as in dev/\+ or dev/#, and it may stay. Every
/// other wildcard is replaced: '+' by texts of one level, '#' by an empty, one and several levels.
/// No finite number of tries is a proof; they are chosen to tell what people write apart: . [^/]
/// \S \W [!-~] and bounded repetitions.
class FilterProbes {
 public:
  explicit FilterProbes(std::string_view filter);

  /// holds  called with a text, at most 2 times for each wildcard and 21 times beyond that
  template <class Condition>
  bool all_match(const Condition& holds) const {
    const std::vector<bool> named = find_named(holds);
    for (const std::string_view level : kLevels) {
      for (const int hash_levels : {0, 1, 3}) {
        const std::string text = replaced(named, level, hash_levels);
        if (!text.empty() && !holds(text)) return false;
      }
    }
    return true;
  }

 private:
  static constexpr std::string_view kLong =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  static constexpr std::array<std::string_view, 7> kLevels = {"a", "Z",        "0",  "-_.x9",
                                                              "~", "\xC3\xA9", kLong};

  template <class Condition>
  std::vector<bool> find_named(const Condition& holds) const {
    std::vector<bool> named;
    std::string text(filter_);
    for (const std::size_t at : wildcards_) {
      const char wildcard = text[at];
      const auto holds_with = [&](int distance) {
        text[at] = static_cast<char>(wildcard + distance);
        return holds(text);
      };
      named.push_back(!holds_with(-1) && !holds_with(+1));
      text[at] = wildcard;
    }
    return named;
  }

  std::string replaced(const std::vector<bool>& named, std::string_view level,
                       int hash_levels) const;

  std::string_view filter_;
  std::vector<std::size_t> wildcards_;  // positions in filter_
};

}  // namespace sluice::auth
