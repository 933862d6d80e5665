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
  std::uint64_t other_shards = 0;                                    // a bit per shard
  std::unique_ptr<std::vector<std::unique_ptr<ShareGroup>>> groups;  // those that this shard owns

  bool wanted_here() const { return !subscribers.empty() || (groups && !groups->empty()); }
  bool is_unused() const { return !wanted_here() && other_shards == 0; }
};

}  // namespace sluice::broker
