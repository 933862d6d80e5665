#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/log_limits.h"
#include "base/time.h"

namespace sluice::runtime {

/// When an event loop last turned. Written by its thread once per turn, read by the watcher.
class Pulse {
 public:
  void beat(Instant now) {
    beaten_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  Instant last() const { return Instant{milliseconds{beaten_.load(std::memory_order_relaxed)}}; }

 private:
  alignas(64) std::atomic<std::int64_t> beaten_{0};
};

/// A thread that warns when an event loop did not turn for more than a second: something blocks
/// there.
class StallDetector {
 public:
  /// pulses  borrowed until destruction, their place is the shard's number
  explicit StallDetector(std::vector<const Pulse*> pulses);
  StallDetector(const StallDetector&) = delete;
  StallDetector& operator=(const StallDetector&) = delete;
  ~StallDetector();

  static constexpr milliseconds kStallAfter{1000};

  /// The shards whose last turn is more than kStallAfter before `now`. A shard that has not begun
  /// is not among them.
  static std::vector<unsigned> stalled(std::span<const Pulse* const> pulses, Instant now);

 private:
  void watch();

  const std::vector<const Pulse*> pulses_;
  log::RateLimiter warnings_{1};
  std::mutex mutex_;
  std::condition_variable stopping_changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sluice::runtime
