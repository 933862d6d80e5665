#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "broker/message.h"

namespace sluice::broker {

/// Names a Shared Subscription's group across shards: its owner in the top byte, a serial below; 0
/// is none.
using ShareGroupId = std::uint32_t;

/// One Application Message on its way to one Session.
struct Delivery {
  MessagePtr message;
  /// Subscription Identifiers beyond the first; overlapping subscriptions only.
  std::unique_ptr<std::vector<std::uint32_t>> more_subscription_ids;
  std::uint64_t sequence = 0;  // QoS 1 and 2 of persistent Sessions, see StoredSession
  ShareGroupId share_group = 0;
  std::uint32_t subscription_id : 28 = 0;  // 0 is none
  mqtt::Qos qos : 2 = mqtt::Qos::AtMostOnce;
  bool retain : 1 = false;

  void set_subscription_id(std::uint32_t identifier) {
    subscription_id = identifier & ((1U << 28) - 1);  // all that v5 3.8.2.1.2 allows
  }
};
static_assert(sizeof(Delivery) == 32, "thousands wait in every queue");

}  // namespace sluice::broker
