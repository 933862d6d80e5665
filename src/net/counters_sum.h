#pragma once

#include <string>

#include "broker/counters.h"
#include "net/net_counters.h"
#include "net/store_counters.h"

namespace sluice::net {

/// What net refused before the core saw it, under the core's names for it.
void add_refusals(broker::Counters& core, const NetCounters& net);

/// One line, without a line end: {"connections":1,...}. Every counter is there, also those at 0.
///
/// disk_bytes  of the store
std::string to_json(const broker::Counters& core, const NetCounters& net,
                    const StoreCounters& store, std::uint64_t disk_bytes);

}  // namespace sluice::net
