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
  /// What a route has only where a Session is persistent, or shares it.
  struct Lasting {
    std::uint64_t other_shards = 0;  // those of the route with persistent Sessions or groups
    std::uint32_t subscribers = 0;   // whose Sessions are persistent
    std::vector<std::unique_ptr<ShareGroup>> groups;  // those that this shard owns

    bool is_empty() const { return other_shards == 0 && subscribers == 0 && groups.empty(); }
  };

  SubscriberList subscribers;
  std::uint64_t other_shards = 0;  // a bit per shard
  std::unique_ptr<Lasting> lasting;

  Lasting& make_lasting() {
    if (!lasting) lasting = std::make_unique<Lasting>();
    return *lasting;
  }
  void tidy() {
    if (lasting && lasting->is_empty()) lasting.reset();
  }

  bool has_groups() const { return lasting && !lasting->groups.empty(); }
  bool wanted_here() const { return !subscribers.empty() || has_groups(); }
  /// Whether an acknowledgement of a message may have to wait for this shard.
  bool stores_here() const { return lasting && (lasting->subscribers > 0 || has_groups()); }
  bool is_unused() const { return !wanted_here() && other_shards == 0; }
};

}  // namespace sluice::broker
