#include "app/health_checks.h"

#include <string>

#include "app/recovery_estimate.h"

namespace sluice::app {

namespace {

admin::HealthCheck check_loops(const HealthFacts& facts, Instant now) {
  std::size_t running = 0;
  for (std::size_t shard = 0; shard < facts.pulses.size(); ++shard) {
    const Instant last = facts.pulses[shard]->last();
    if (last == Instant{}) continue;
    ++running;
    if (now - last <= kLoopStillMax) continue;
    const auto still = std::chrono::duration_cast<seconds>(now - last).count();
    return {"event-loops", false,
            "shard " + std::to_string(shard) + " stands still for " + std::to_string(still) + " s"};
  }
  return {"event-loops", true, std::to_string(running) + " turn"};
}

admin::HealthCheck check_recovery(const NodeState& state, Instant now) {
  if (state.is_recovered) return {"recovery", true, "done"};
  const std::uint64_t loaded = state.bytes_loaded;
  const std::uint64_t total = state.bytes_to_load;
  const std::string left = describe_time_left(loaded, total, now - state.load_began.load());
  if (left.empty()) return {"recovery", false, "under way"};
  return {"recovery", false, std::to_string(loaded * 100 / total) + " % read, " + left};
}

}  // namespace

admin::Health check_health(const HealthFacts& facts, Instant now) {
  const NodeState& state = facts.state;
  const admin::HealthCheck recovery = check_recovery(state, now);
  const bool is_listening = state.is_recovered && !state.is_draining;
  admin::Health health;
  health.live = {check_loops(facts, now)};
  health.started = {recovery};
  health.ready = {
      recovery,
      {"listeners", is_listening,
       is_listening ? std::to_string(facts.listeners) + " open" : "not served"},
      {"store", !facts.has_store_failed, facts.has_store_failed ? "takes no writes" : "writable"},
      {"memory", !state.is_memory_full,
       state.is_memory_full ? "above overload.memory_max" : "below overload.memory_max"},
      {"draining", !state.is_draining, state.is_draining ? "asked to stop" : "no"},
  };
  return health;
}

}  // namespace sluice::app
