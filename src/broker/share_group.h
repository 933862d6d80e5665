#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/delivery.h"
#include "broker/subscriber_list.h"
#include "config/settings.h"
#include "mqtt/topic/topic_filter.h"
#include "runtime/shard_id.h"

namespace sluice::broker {

/// The shard on which a Session lives, from its id.
constexpr ShardId shard_of(SessionId session) {
  return static_cast<ShardId>(session >> 56);
}

/// The Sessions that share one Shared Subscription, v5 4.8.2, and the choice among them.
///
/// Lives on   the group's owner shard, hash(ShareName, filter), whatever shards its members live
/// on.
class ShareGroup {
 public:
  struct Member {
    SessionId session;
    SubscriptionOptions options;
    bool connected;
    bool stored = false;  // its Session is persistent
  };

  ShareGroup(ShareGroupId id, const mqtt::SharedFilter& subscription,
             config::ShareStrategy strategy)
      : id_(id),
        name_(subscription.share_name),
        filter_(subscription.filter),
        strategy_(strategy) {}

  ShareGroupId id() const { return id_; }
  mqtt::SharedFilter subscription() const { return {name_, filter_}; }
  bool empty() const { return members_.empty(); }

  /// Adds a member or changes its options.
  void join(const Member& member);
  /// Whether it was a member.
  bool leave(SessionId session);
  void set_connected(SessionId session, bool connected);
  bool has_connected() const { return connected_ > 0; }
  bool has_member(SessionId session) const;

  /// Who gets the message: a connected member by the strategy; if none is connected, a persistent
  /// Session, which keeps it (all members that are not connected are persistent). Null when empty.
  const Member* choose(const Message& message);

 private:
  std::size_t start_of_choice(const Message& message);
  Member* find(SessionId session);

  ShareGroupId id_;
  std::string name_;
  std::string filter_;
  config::ShareStrategy strategy_;
  std::vector<Member> members_;
  std::size_t connected_ = 0;
  std::size_t cursor_ = 0;  // round robin: next; sticky: current
  std::uint64_t random_ = 0x9E3779B97F4A7C15;
};

}  // namespace sluice::broker
