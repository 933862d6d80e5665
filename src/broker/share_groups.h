#pragma once

#include <string>

#include "broker/delivery.h"
#include "broker/dispatcher.h"
#include "broker/share_group.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

struct Core;
struct Letter;
struct ShareDeliveryLetter;
struct ShareJoinedLetter;
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

  /// The shard that owns a group.
  ShardId owner_of(const mqtt::SharedFilter& group) const;

  // On the owner.
  /// Returns the group that it joined.
  ShareGroupId join(ByteView filter, ByteView share_name, const ShareGroup::Member& member);
  /// After a restart: an offline Session is a member again.
  void restore(Session& session, const mqtt::SharedFilter& parts,
               const SubscriptionOptions& options);
  void leave(ByteView filter, ByteView share_name, SessionId session);
  void set_connected(ByteView filter, ByteView share_name, SessionId session, bool connected);
  /// Gives the message to the member whose turn it is.
  void dispatch(ShareGroup& group, const MessagePtr& message, Handover handover);
  /// A member did not finish this message: chooses another one.
  void on_return(const ShareReturnLetter& letter, Handover handover);
  /// After a restart, on any shard: a message that had not arrived at a member, or at the owner.
  void take_up(const std::string& group_name, const MessagePtr& message);

  // On the member's home.
  void on_joined(const ShareJoinedLetter& letter);
  /// Queues what the owner chose this member for, or returns it when the member is gone, or went
  /// offline in the meantime.
  void on_delivery(const ShareDeliveryLetter& letter, Handover handover);
  /// Returns the owner.
  ShardId tell_leave(Session& session, const SharedSubscription& subscription);
  void tell_connected(Session& session, bool connected);
  /// The owner has other members connected: if the Session is still offline, its part goes back.
  void on_recall(const ShareRecallLetter& letter);
  /// Hands what the Session has not finished back to `group`, 0 for all of its groups [v5 4.8.2]:
  /// everything unsent, and QoS 1 in flight. QoS 2 in flight stays with its Client [MQTT5-4.8.2-4]
  /// [MQTT5-4.8.2-5].
  void give_back(Session& session, ShareGroupId group);
  /// The Session unsubscribed: what it was given stays its own.
  static void keep_all(Session& session, ShareGroupId group);

 private:
  void deliver(Session& session, ShareGroupId group, const SubscriptionOptions& options,
               const MessagePtr& message);
  void send_to_member(const ShareGroup& group, const ShareGroup::Member& member,
                      const MessagePtr& message, Handover handover);
  void return_delivery(Session& session, const Delivery& delivery);
  /// `handover` of a message that has to be made durable: only then is the name needed.
  void return_to_owner(ShardId owner, ShareGroupId group, const std::string& group_name,
                       const MessagePtr& message, Handover handover);
  bool is_promise(const Message& message) const;

  Core& core_;
};

}  // namespace sluice::broker
