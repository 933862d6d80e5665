#pragma once

#include "base/bytes.h"
#include "base/hash.h"
#include "runtime/shard_id.h"

namespace sluice::broker {

/// The shard of a Client Identifier's Session, and the keeper of a topic's retained message.
inline ShardId home_shard(ByteView name, unsigned shards) {
  return shards == 1 ? ShardId{0} : static_cast<ShardId>(hash_bytes(name) % shards);
}

}  // namespace sluice::broker
