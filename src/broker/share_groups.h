#pragma once

#include <string>

#include "broker/delivery.h"
#include "broker/share_group.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

struct Core;
struct Letter;
struct ShareDeliveryLetter;
struct ShareRecallLetter;
struct ShareReturnLetter;
class Session;
struct SharedSubscription;
struct SubscriptionOptions;

/// Shared Subscriptions across shards: who joins where, who gets a message, what happens when that
/// member is gone.
class ShareGroups {
 public:
  explicit ShareGroups(Core& core) : core_(core) {}

  /// The shard that owns the group of this filter and ShareName.
  ShardId owner_of(ByteView filter, ByteView share_name) const;

  // On the owner.
  void join(ByteView filter, ByteView share_name, const ShareGroup::Member& member);
  /// After a restart: an offline Session is a member again.
  void restore(Session& session, const mqtt::SharedFilter& parts, const SubscriptionOptions& options);
  void leave(ByteView filter, ByteView share_name, SessionId session);
  void set_connected(ByteView filter, ByteView share_name, SessionId session, bool connected);
  void dispatch(ShareGroup& group, const MessagePtr& message);
  /// A member did not finish this message: chooses another.
  void take_back(ShareGroupId group, const MessagePtr& message);

  // On the member's home.
  /// Queues what the owner chose this member for, or returns it when the member is gone, or went
  /// offline in the meantime.
  void on_delivery(const ShareDeliveryLetter& letter);
  /// Returns the owner.
  ShardId tell_leave(Session& session, const SharedSubscription& subscription);
  void tell_connected(Session& session, bool connected);
  /// The owner has other members connected: if the Session is still offline, its part goes back.
  void on_recall(const ShareRecallLetter& letter);
  /// Hands what the Session has not finished back to `group`, 0 for all of its groups [v5 4.8.2]:
  /// everything unsent, and QoS 1 in flight. QoS 2 in flight stays with its Client [MQTT5-4.8.2-4]
  /// [MQTT5-4.8.2-5].
  void give_back(Session& session, ShareGroupId group);

 private:
  void deliver(Session& session, ShareGroupId group, const SubscriptionOptions& options,
               const MessagePtr& message);
  void return_delivery(Session& session, const Delivery& delivery);
  std::uint64_t expect_receipt_for(const Message& message);

  Core& core_;
};

}  // namespace sluice::broker
