#pragma once

#include <cstdint>

namespace sluice {

/// A shard's place in its group: 0 .. shards - 1. At most 64 shards, so that a set of them is a
/// word.
using ShardId = std::uint8_t;

inline constexpr unsigned kShardsMax = 64;

}  // namespace sluice
