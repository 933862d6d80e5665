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
  std::uint32_t subscription_id = 0;  // 0 is none
  ShareGroupId share_group = 0;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
};

}  // namespace sluice::broker
