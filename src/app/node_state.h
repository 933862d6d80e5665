#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace sluice::app {

/// How far the process is and whether it may take work, as the main thread knows it. Read by the
/// administration's thread.
struct NodeState {
  std::atomic<bool> is_recovered{false};        // shards serve Clients
  std::atomic<bool> is_draining{false};         // asked to stop
  std::atomic<bool> is_memory_full{false};      // overload.memory_max
  std::atomic<std::uint64_t> bytes_loaded{0};   // of the store, while it is read
  std::atomic<std::uint64_t> bytes_to_load{0};  // about; 0: not known yet
  std::atomic<Instant> load_began{Instant{}};   // set before bytes_to_load
};

}  // namespace sluice::app
