#pragma once

#include <atomic>
#include <cstdint>

#include "base/latency_histogram.h"

namespace sluice::net {

/// What the threads of the store did since the start. Written by them, read by the server's thread:
/// each number is right, together they need not be of one moment.
struct StoreCounters {
  using Count = std::atomic<std::uint64_t>;

  // Of the committer.
  std::atomic<bool> is_failed{false};  // now
  Count failures{0};                   // times that the store stopped taking writes
  Count commit_groups{0};              // writes that succeeded, with one sync each
  Count batches{0};                    // of the shards, in those
  Count pages_written{0};
  Count rows_written{0};              // or erased
  Count ranges_dropped{0};            // of pages
  SharedLatencyHistogram log_append;  // a commit group written, and synced
  SharedLatencyHistogram log_fsync;   // the sync alone

  // Of the page reader.
  Count pages_read{0};
  Count pages_unreadable{0};  // given up
};

}  // namespace sluice::net
