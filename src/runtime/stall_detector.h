#pragma once

#include <algorithm>
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

/// When an event loop last turned, and how long its turns take. Written by its thread once per
/// turn, read by any.
class Pulse {
 public:
  void beat(Instant now) {
    beaten_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  Instant last() const { return Instant{milliseconds{beaten_.load(std::memory_order_relaxed)}}; }

  /// Nothing else was served between `began` and `ended`.
  void end_turn(Instant began, Instant ended) {
    if (ended - window_began_ >= kWindow) {
      longest_before_.store(longest_.load(std::memory_order_relaxed), std::memory_order_relaxed);
      longest_.store(0, std::memory_order_relaxed);
      window_began_ = ended;
    }
    const std::int64_t took = (ended - began).count();
    if (took > longest_.load(std::memory_order_relaxed)) {
      longest_.store(took, std::memory_order_relaxed);
    }
  }
  /// Of the last 10 to 20 seconds.
  milliseconds longest_turn() const {
    return milliseconds{std::max(longest_before_.load(std::memory_order_relaxed),
                                 longest_.load(std::memory_order_relaxed))};
  }

  static constexpr milliseconds kWindow{10'000};

 private:
  alignas(64) std::atomic<std::int64_t> beaten_{0};
  std::atomic<std::int64_t> longest_{0};  // milliseconds, in this window
  std::atomic<std::int64_t> longest_before_{0};
  Instant window_began_{};  // of its thread
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
