#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "broker/route.h"
#include "mqtt/topic/filter_index.h"

namespace sluice::broker {

struct Core;
class Session;
struct SubscriptionRef;

/// The subscriptions of one shard and what it knows of the others': topic in, routes out.
class Router {
 public:
  explicit Router(Core& core) : core_(core) {}

  /// Subscribes or replaces the options of the same filter [MQTT5-3.8.4-3]; returns whether it is
  /// new.
  bool subscribe(Session& session, ByteView filter, const SubscriptionOptions& options);
  bool has(Session& session, ByteView filter);
  /// Returns whether there was such a subscription.
  bool unsubscribe(Session& session, ByteView filter);
  void unsubscribe_all(Session& session);

  void set_wanted_by(ShardId shard, ByteView filter, bool wanted, bool stored);
  static ByteView filter_of(const Route& route);

  /// The group of a Shared Subscription that this shard owns; made when it is new.
  ShareGroup& make_group(ByteView filter, ByteView share_name);
  ShareGroup* find_group(ByteView filter, ByteView share_name);
  ShareGroup* find_group(ShareGroupId id);
  void erase_group_if_empty(ByteView filter, ShareGroup& group);

  template <class Visit>
  void match(ByteView topic, Visit&& visit) {
    index_.match(topic, [&](Index::Entry& entry) { visit(static_cast<Route&>(entry)); });
  }

 private:
  using Index = mqtt::FilterIndex<Route>;

  SubscriptionRef* find(Session& session, Route& route);
  void remove(Session& session, SubscriptionRef& ref);
  /// What the other shards know of a route.
  struct Announced {
    bool wanted;
    bool stored;
    bool operator==(const Announced&) const = default;
  };
  static Announced state_of(const Route& route) { return {route.wanted_here(), route.stores_here()}; }
  /// Tells the others if it changed, and drops the route if nobody wants it.
  void settle(Index::Entry& entry, Announced before);

  Core& core_;
  Index index_;
  boost::unordered_flat_map<ShareGroupId, ShareGroup*> groups_;
  std::uint32_t last_group_ = 0;
};

}  // namespace sluice::broker
