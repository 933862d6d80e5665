#include "auth/dry_run.h"

#include <utility>

#include "mqtt/topic/topic_filter.h"

namespace sluice::auth {
namespace {

bool may_publish(const AuthorizationRules* rules, const std::string& topic) {
  return !rules || rules->may_publish(topic);
}

bool may_subscribe(const AuthorizationRules* rules, const std::string& filter) {
  if (!rules) return true;
  if (!mqtt::is_shared(filter)) return rules->may_subscribe(filter);
  const auto shared = mqtt::parse_shared(filter);
  return shared && rules->may_subscribe(shared->filter);
}

/// Puts each text that is judged differently now into `lost` or `gained`.
template <class Judge>
void compare(const std::vector<std::string>& texts, const Judge& judge,
             const AuthorizationRules* before, const AuthorizationRules* after,
             std::vector<std::string>& lost, std::vector<std::string>& gained) {
  for (const std::string& text : texts) {
    const bool was = judge(before, text);
    const bool is = judge(after, text);
    if (was && !is) lost.push_back(text);
    if (!was && is) gained.push_back(text);
  }
}

bool is_empty(const RuleEffect& effect) {
  return effect.lost_filters.empty() && effect.gained_filters.empty() &&
         effect.lost_topics.empty() && effect.gained_topics.empty();
}

}  // namespace

std::vector<RuleEffect> compare_rules(const RuleBook& before, const RuleBook& after,
                                      std::span<const ClientInUse> clients) {
  std::vector<RuleEffect> effects;
  for (const ClientInUse& client : clients) {
    const Subject subject{client.client_id, client.username, client.common_name};
    const auto old_rules = before.rules_for(subject);
    const auto new_rules = after.rules_for(subject);
    RuleEffect effect;
    effect.client_id = client.client_id;
    compare(client.filters, may_subscribe, old_rules.get(), new_rules.get(), effect.lost_filters,
            effect.gained_filters);
    compare(client.topics, may_publish, old_rules.get(), new_rules.get(), effect.lost_topics,
            effect.gained_topics);
    if (!is_empty(effect)) effects.push_back(std::move(effect));
  }
  return effects;
}

}  // namespace sluice::auth
