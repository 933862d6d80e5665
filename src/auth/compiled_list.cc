#include "auth/compiled_list.h"

#include <algorithm>
#include <utility>

#include "auth/filter_cover.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::auth {
namespace {

/// Rules may be deeper than the topics that the settings let in.
constexpr std::uint32_t kLevelsMax = mqtt::kTopicBytesMax;

Result<void> check_filter(const std::string& filter) {
  const std::string place = "filter '" + filter + "': ";
  if (mqtt::is_shared(filter)) {
    return failure(place + "the rules of a Shared Subscription are those of its filter; leave " +
                   "$share/{ShareName}/ out");
  }
  if (!mqtt::is_valid_topic_filter(filter, kLevelsMax)) {
    return failure(place + "no Topic Filter: + and # stand for whole levels, # for the last ones");
  }
  return {};
}

}  // namespace

Result<CompiledList> CompiledList::make(RuleList list) {
  if (list.patterns.size() + list.filters.size() > kRulesMax) {
    return failure("has more than " + std::to_string(kRulesMax) + " rules");
  }
  for (const std::string& pattern : list.patterns) {
    if (pattern.size() > kPatternBytesMax) {
      return failure("pattern '" + pattern.substr(0, 32) + "...' has more than " +
                     std::to_string(kPatternBytesMax) + " bytes");
    }
  }
  for (const FilterRule& rule : list.filters) {
    if (auto checked = check_filter(rule.filter); !checked) return tl::unexpected(checked.error());
  }
  auto patterns = TopicPatterns::make(list.patterns);
  if (!patterns) return tl::unexpected(patterns.error());
  CompiledList made;
  made.filters_ = std::move(list.filters);
  made.patterns_ = std::move(*patterns);
  return made;
}

bool CompiledList::allow_topic(std::string_view topic) const {
  for (const FilterRule& rule : filters_) {
    if (mqtt::matches(rule.filter, topic)) return rule.allow;
  }
  return patterns_.match(topic);
}

bool CompiledList::allow_filter(std::string_view filter) const {
  for (const FilterRule& rule : filters_) {
    // What an allow rule covers in part is left to the rules behind: they have to cover it all.
    if (rule.allow && covers(rule.filter, filter)) return true;
    if (!rule.allow && overlaps(rule.filter, filter)) return false;
  }
  return patterns_.grant(filter);
}

bool CompiledList::allow_everything() const {
  // Allow rules alone cannot do it: no filter matches both "a" and "$SYS".
  return patterns_.match_everything() && std::ranges::all_of(filters_, &FilterRule::allow);
}

}  // namespace sluice::auth
