#pragma once

#include <string>

#include "net/shard_mail.h"

namespace sluice::net {

void add_counters(ShardCounters& sum, const ShardCounters& one);

/// One line, without a line end: {"connections":1,...}. Every counter is there, also those at 0.
std::string to_json(const ShardCounters& counters);

}  // namespace sluice::net
