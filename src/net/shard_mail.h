#pragma once

#include <memory>
#include <variant>

#include "broker/counters.h"
#include "broker/mail.h"
#include "net/connection_host.h"
#include "net/handed_over_connection.h"
#include "runtime/shard_group.h"

namespace sluice::net {

/// From the server to a shard: end all connections, then the thread.
struct StopRequest {};
/// From the server to a shard, which answers with a CountersReport.
struct CountersRequest {};

/// What a shard did since it began.
struct ShardCounters {
  broker::Counters core;
  NetCounters net;
};
struct CountersReport {
  std::unique_ptr<ShardCounters> counters;
};
/// From a shard to the server: the thread ends.
struct StoppedReport {};

/// All that threads of the server say to each other. Small, as rings hold thousands: what is large
/// is behind a pointer.
using ShardMail = std::variant<broker::Mail, std::unique_ptr<HandedOverConnection>, StopRequest,
                               CountersRequest, CountersReport, StoppedReport>;
static_assert(sizeof(ShardMail) <= 16);

/// Shards 0 .. n - 1, and as member n the thread that started them.
using ShardMailboxes = runtime::ShardGroup<ShardMail>;

}  // namespace sluice::net
