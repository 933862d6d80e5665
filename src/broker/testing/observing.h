#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/observation.h"
#include "broker/testing/world.h"

// For tests: watching all shards of a world.

namespace sluice::broker::testing {

inline void watch(World& world, Watch watch) {
  const auto shared = std::make_shared<const Watch>(std::move(watch));
  for (unsigned shard = 0; shard < world.shards(); ++shard) {
    world.broker(static_cast<ShardId>(shard)).on_watch(shared, world.now());
  }
}

inline Watch events_only() {
  Watch watch;
  watch.events = true;
  return watch;
}

/// What all shards gathered, one shard behind the other.
inline Observations collect(World& world) {
  Observations all;
  const auto append = [](auto& to, auto& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  for (unsigned shard = 0; shard < world.shards(); ++shard) {
    Observations part = world.broker(static_cast<ShardId>(shard)).collect();
    append(all.events, part.events);
    append(all.trace, part.trace);
    append(all.topics, part.topics);
    all.events_lost += part.events_lost;
    all.trace_lost += part.trace_lost;
  }
  return all;
}

inline std::vector<DroppedMessages> list_dropped(World& world, const std::string& client_id) {
  std::vector<DroppedMessages> all;
  for (unsigned shard = 0; shard < world.shards(); ++shard) {
    for (auto& one : world.broker(static_cast<ShardId>(shard)).list_dropped(client_id, 100)) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace sluice::broker::testing
