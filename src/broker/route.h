#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "broker/share_group.h"
#include "broker/subscriber_list.h"

namespace sluice::broker {

/// Where messages that match one Topic Filter go: the payload of the filter index.
///
/// Every shard holds a route for every filter that anybody subscribed with, but lists only its own
/// subscribers; of the other shards it knows just which ones want the message.
struct Route {
  SubscriberList subscribers;
  std::uint64_t other_shards = 0;   // a bit per shard
  std::uint64_t other_stored = 0;   // those of them with persistent Sessions or groups
  std::uint32_t stored_here = 0;    // subscribers whose Sessions are persistent
  std::unique_ptr<std::vector<std::unique_ptr<ShareGroup>>> groups;  // those that this shard owns

  bool wanted_here() const { return !subscribers.empty() || (groups && !groups->empty()); }
  /// Whether an acknowledgement of a message may have to wait for this shard.
  bool stores_here() const { return stored_here > 0 || (groups && !groups->empty()); }
  bool is_unused() const { return !wanted_here() && other_shards == 0; }
};

}  // namespace sluice::broker
