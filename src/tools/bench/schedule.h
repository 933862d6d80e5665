#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace sluice::tools::bench {

/// The times at which the messages of an open loop are due: `rate` per second, evenly, from
/// `start_ns` on the monotonic clock, whatever became of those before.
class Schedule {
 public:
  Schedule() = default;
  /// `rate` is above 0.
  Schedule(double rate, std::uint64_t start_ns) : rate_(rate), start_ns_(start_ns) {}

  /// Calls send(number, due_ns) for each message that has become due since the last call.
  template <class Send>
  void run(std::uint64_t now_ns, Send send) {
    for (std::uint64_t due = due_ns(); due <= now_ns; due = due_ns()) send(count_++, due);
  }

  /// How long to wait for the next message, at most `limit`.
  std::chrono::nanoseconds wait(std::uint64_t now_ns, std::chrono::nanoseconds limit) const {
    const std::uint64_t due = due_ns();
    return std::min(limit, std::chrono::nanoseconds(due > now_ns ? due - now_ns : 0));
  }

 private:
  std::uint64_t due_ns() const {
    return start_ns_ + static_cast<std::uint64_t>(static_cast<double>(count_) / rate_ * 1e9);
  }

  double rate_ = 1;
  std::uint64_t start_ns_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace sluice::tools::bench
