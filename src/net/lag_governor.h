#pragma once

#include <atomic>

#include "base/time.h"

namespace sluice::net {

/// Says when a shard is behind, so that nobody new comes in until it has recovered: Clients that
/// cannot connect try again, those that are connected would time out.
///
/// A shard is behind from a turn that took longer than the limit until it has turned for as long
/// without another one.
class LagGovernor {
 public:
  /// lagging_shards  counts the shards that are behind, for the threads that accept for them
  explicit LagGovernor(std::atomic<unsigned>& lagging_shards) : lagging_shards_(lagging_shards) {}
  LagGovernor(const LagGovernor&) = delete;
  LagGovernor& operator=(const LagGovernor&) = delete;

  /// Returns whether the shard is behind after a turn.
  ///
  /// limit  0: never
  bool on_turn(Instant began, Instant ended, milliseconds limit) {
    const bool is_late = limit.count() != 0 && ended - began > limit;
    if (is_late) last_late_ = ended;
    const bool is_behind = is_late || (is_behind_ && ended - last_late_ < limit);
    if (is_behind && !is_behind_) lagging_shards_.fetch_add(1, std::memory_order_relaxed);
    if (!is_behind && is_behind_) lagging_shards_.fetch_sub(1, std::memory_order_relaxed);
    return is_behind_ = is_behind;
  }

 private:
  std::atomic<unsigned>& lagging_shards_;
  Instant last_late_{};
  bool is_behind_ = false;
};

}  // namespace sluice::net
