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
  for (FilterRule& rule : list.filters) made.rules_.emplace_back(std::move(rule));
  made.patterns_ = std::move(*patterns);
  return made;
}

CompiledList::Rule::Rule(FilterRule rule)
    : allow(rule.allow),
      has_wildcard(mqtt::has_wildcard(rule.filter)),
      head(std::min(rule.filter.find_first_of("+#"), rule.filter.size())),
      filter(std::move(rule.filter)) {
  if (has_wildcard && head > 0) --head;  // "a/#" matches its parent level "a" too
}

bool CompiledList::Rule::matches(std::string_view topic) const {
  if (!has_wildcard) return topic == filter;
  return topic.starts_with(std::string_view(filter).substr(0, head)) &&
         mqtt::matches(filter, topic);
}

bool CompiledList::allow_topic(std::string_view topic) const {
  for (const Rule& rule : rules_) {
    if (rule.matches(topic)) return rule.allow;
  }
  return patterns_.match(topic);
}

bool CompiledList::allow_filter(std::string_view filter) const {
  for (const Rule& rule : rules_) {
    // What an allow rule covers in part is left to the rules behind: they have to cover it all.
    if (rule.allow && covers(rule.filter, filter)) return true;
    if (!rule.allow && overlaps(rule.filter, filter)) return false;
  }
  return patterns_.grant(filter);
}

bool CompiledList::allow_everything() const {
  // Allow rules alone cannot do it: no filter matches both "a" and "$SYS".
  return patterns_.match_everything() && std::ranges::all_of(rules_, &Rule::allow);
}

}  // namespace sluice::auth
