#include "broker/router.h"

#include <algorithm>

#include "broker/core.h"
#include "broker/session.h"

namespace sluice::broker {

bool Router::subscribe(Session& session, ByteView filter, const SubscriptionOptions& options) {
  Index::Entry& entry = index_.intern(filter);
  if (SubscriptionRef* known = find(session, entry)) {
    entry.subscribers[known->position].set_options(options);
    return false;
  }
  const Announced before = state_of(entry);
  auto& refs = session.subscriptions();
  entry.subscribers.push_back(
      Subscriber(session, options, static_cast<std::uint32_t>(refs.size())));
  refs.push_back({&entry, entry.subscribers.size() - 1});
  if (session.stored() != nullptr) ++entry.make_lasting().subscribers;
  ++core_.counters.subscriptions;
  settle(entry, before);
  return true;
}

bool Router::has(Session& session, ByteView filter) {
  Index::Entry* entry = index_.find(filter);
  return entry != nullptr && find(session, *entry) != nullptr;
}

bool Router::unsubscribe(Session& session, ByteView filter) {
  Index::Entry* entry = index_.find(filter);
  if (entry == nullptr) return false;
  SubscriptionRef* ref = find(session, *entry);
  if (ref == nullptr) return false;
  remove(session, *ref);
  return true;
}

void Router::unsubscribe_all(Session& session) {
  while (!session.subscriptions().empty()) remove(session, session.subscriptions().back());
}

// Looks through the shorter of the two lists: one filter of many subscribers, or one of many
// filters.
SubscriptionRef* Router::find(Session& session, Route& route) {
  auto& refs = session.subscriptions();
  if (refs.size() < route.subscribers.size()) {
    auto found = std::find_if(refs.begin(), refs.end(),
                              [&](const SubscriptionRef& ref) { return ref.route == &route; });
    return found == refs.end() ? nullptr : &*found;
  }
  for (Subscriber& subscriber : route.subscribers) {
    if (&subscriber.session() == &session) return &refs[subscriber.slot()];
  }
  return nullptr;
}

// Both lists fill a gap with their last element, whose counterpart is told its new place.
void Router::remove(Session& session, SubscriptionRef& ref) {
  auto& refs = session.subscriptions();
  Route& route = *ref.route;
  const std::uint32_t position = ref.position;
  const std::uint32_t slot = route.subscribers[position].slot();
  const Announced before = state_of(route);

  route.subscribers.remove(position);
  if (position < route.subscribers.size()) {
    Subscriber& moved = route.subscribers[position];
    moved.session().subscriptions()[moved.slot()].position = position;
  }
  refs[slot] = refs.back();
  refs.pop_back();
  if (slot < refs.size()) refs[slot].route->subscribers[refs[slot].position].set_slot(slot);

  if (session.stored() != nullptr) --route.lasting->subscribers;
  --core_.counters.subscriptions;
  settle(static_cast<Index::Entry&>(route), before);
}

void Router::set_wanted_by(ShardId shard, ByteView filter, bool wanted, bool stored) {
  const std::uint64_t bit = std::uint64_t{1} << shard;
  if (wanted) {
    Route& route = index_.intern(filter);
    route.other_shards |= bit;
    if (stored) {
      route.make_lasting().other_shards |= bit;
    } else if (route.lasting) {
      route.lasting->other_shards &= ~bit;
      route.tidy();
    }
    return;
  }
  Index::Entry* entry = index_.find(filter);
  if (entry == nullptr) return;
  entry->other_shards &= ~bit;
  if (entry->lasting) entry->lasting->other_shards &= ~bit;
  entry->tidy();
  if (entry->is_unused()) index_.erase(*entry);
}

ShareGroup& Router::make_group(ByteView filter, ByteView share_name) {
  if (ShareGroup* known = find_group(filter, share_name)) return *known;
  Index::Entry& entry = index_.intern(filter);
  const Announced before = state_of(entry);
  auto& groups = entry.make_lasting().groups;
  ShareGroupId id = 0;
  do {
    id = (std::uint32_t{core_.self} << 24) | (++last_group_ & 0xFFFFFF);
  } while (id == 0 || groups_.contains(id));
  groups.push_back(std::make_unique<ShareGroup>(id, mqtt::SharedFilter{share_name, filter},
                                                core_.settings.mqtt.share_strategy));
  groups_[id] = groups.back().get();
  settle(entry, before);
  return *groups.back();
}

ShareGroup* Router::find_group(ByteView filter, ByteView share_name) {
  Index::Entry* entry = index_.find(filter);
  if (entry == nullptr || !entry->has_groups()) return nullptr;
  for (auto& group : entry->lasting->groups) {
    if (group->subscription().share_name == share_name) return group.get();
  }
  return nullptr;
}

ShareGroup* Router::find_group(ShareGroupId id) {
  auto found = groups_.find(id);
  return found == groups_.end() ? nullptr : found->second;
}

void Router::erase_group_if_empty(ByteView filter, ShareGroup& group) {
  if (!group.empty()) return;
  groups_.erase(group.id());
  Index::Entry* entry = index_.find(filter);
  SLUICE_ASSERT(entry != nullptr && entry->has_groups());
  const Announced before = state_of(*entry);
  std::erase_if(entry->lasting->groups, [&](const auto& held) { return held.get() == &group; });
  settle(*entry, before);
}

ByteView Router::filter_of(const Route& route) {
  return static_cast<const Index::Entry&>(route).filter();
}

void Router::settle(Index::Entry& entry, Announced before) {
  const Announced after = state_of(entry);
  if (after != before) {
    core_.post_to_others([&] {
      return RouteLetter{std::string(entry.filter()), after.wanted, after.stored};
    });
  }
  entry.tidy();
  if (entry.is_unused()) index_.erase(entry);
}

}  // namespace sluice::broker
