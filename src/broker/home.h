#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "mqtt/topic/topic_filter.h"
#include "runtime/shard_id.h"

namespace sluice::broker {

inline ShardId shard_of_hash(std::uint64_t hash, unsigned shards) {
  return static_cast<ShardId>(hash % shards);
}

/// The shard of a Client Identifier's Session, and the keeper of a topic's retained message.
inline ShardId home_shard(ByteView name, unsigned shards) {
  return shards == 1 ? ShardId{0} : shard_of_hash(hash_bytes(name), shards);
}

/// The owner of a Shared Subscription's group is the shard of this.
inline std::uint64_t hash_of_group(const mqtt::SharedFilter& group) {
  return hash_bytes(group.filter, hash_bytes(group.share_name));
}

/// Which Sessions and groups a message is for: all, or those that were at home on one shard in an
/// earlier start of the broker, or, as it may have been handed over in several, in all of these.
struct HomeScope {
  struct Home {
    std::uint32_t shard;
    std::uint32_t shards;  // there were then
  };
  std::vector<Home> homes;  // one for a number of shards at most

  bool is_everywhere() const { return homes.empty(); }
  bool includes(std::uint64_t hash) const {
    return std::ranges::all_of(
        homes, [hash](const Home& home) { return shard_of_hash(hash, home.shards) == home.shard; });
  }
  /// Whether anybody at home there can be included.
  bool reaches(const Home& there) const {
    return std::ranges::none_of(homes, [&](const Home& home) {
      return home.shards == there.shards && home.shard != there.shard;
    });
  }
  /// Those of them that are at home there.
  HomeScope at(const Home& there) const {
    HomeScope narrowed = *this;
    const bool is_known =
        std::ranges::any_of(homes, [&](const Home& home) { return home.shards == there.shards; });
    if (!is_known) narrowed.homes.push_back(there);
    return narrowed;
  }
};

}  // namespace sluice::broker
