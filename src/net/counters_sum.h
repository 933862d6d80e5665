#pragma once

#include <string>

#include "net/shard_mail.h"
#include "net/store_counters.h"

namespace sluice::net {

void add_counters(ShardCounters& sum, const ShardCounters& one);

/// One line, without a line end: {"connections":1,...}. Every counter is there, also those at 0.
///
/// disk_bytes  of the store
std::string to_json(const ShardCounters& counters, const StoreCounters& store,
                    std::uint64_t disk_bytes);

}  // namespace sluice::net
