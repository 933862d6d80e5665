#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "broker/letters.h"
#include "mqtt/codec/packets.h"

namespace sluice::broker {

struct Core;
class Session;

/// Subscribes and unsubscribes Sessions, plain and shared: as their Clients ask, or an operator.
class Subscriptions {
 public:
  explicit Subscriptions(Core& core) : core_(core) {}

  /// Why the Session may not have such a subscription, however many it has.
  std::optional<mqtt::ReasonCode> objection_to(const Session& session,
                                               const mqtt::SubscriptionRequest& request) const;

  /// Subscribes, or changes the options of the subscription with the same filter, and sends
  /// retained messages as Retain Handling says. A join to a group of another shard waits for
  /// `post_joins`.
  /// returns  the granted QoS, or why not
  mqtt::ReasonCode subscribe(Session& session, const mqtt::SubscriptionRequest& request,
                             std::uint32_t identifier);
  std::size_t waiting_joins() const { return joins_.size(); }
  /// token  of the barrier that waits for the joins; 0 for none
  void post_joins(std::uint32_t token);

  /// Returns whether the Session had this very subscription [MQTT5-3.10.4-1]. Adds the bit of
  /// another shard that was told to `told`.
  bool unsubscribe(Session& session, ByteView filter, std::uint64_t& told);

 private:
  mqtt::ReasonCode try_subscribe(Session& session, const mqtt::SubscriptionRequest& request,
                                 std::uint32_t identifier);
  bool try_unsubscribe(Session& session, ByteView filter, std::uint64_t& told);
  mqtt::ReasonCode subscribe_plain(Session& session, const mqtt::SubscriptionRequest& request,
                                   std::uint32_t identifier);
  mqtt::ReasonCode subscribe_shared(Session& session, const mqtt::SubscriptionRequest& request,
                                    std::uint32_t identifier);

  Core& core_;
  std::vector<std::pair<ShardId, ShareJoinLetter>> joins_;
};

}  // namespace sluice::broker
