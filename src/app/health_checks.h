#pragma once

#include <cstddef>
#include <vector>

#include "admin/node.h"
#include "app/node_state.h"
#include "base/time.h"
#include "runtime/stall_detector.h"

namespace sluice::app {

/// What health is judged by.
struct HealthFacts {
  const NodeState& state;
  std::vector<const runtime::Pulse*> pulses;  // one that never beat has not begun, which is fine
  std::size_t listeners;
  bool has_store_failed;
};

/// Live: no event loop has stood still for kLoopStillMax. Ready: recovered, listening, the store
/// takes writes, there is memory, nobody asked us to stop. Started: recovered.
admin::Health check_health(const HealthFacts& facts, Instant now);

inline constexpr seconds kLoopStillMax{10};

}  // namespace sluice::app
