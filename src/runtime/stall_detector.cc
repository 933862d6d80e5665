#include "runtime/stall_detector.h"

#include <string>
#include <utility>

namespace sluice::runtime {

StallDetector::StallDetector(std::vector<const Pulse*> pulses)
    : pulses_(std::move(pulses)), thread_([this] { watch(); }) {}

StallDetector::~StallDetector() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.notify_one();
  thread_.join();
}

std::vector<unsigned> StallDetector::stalled(std::span<const Pulse* const> pulses, Instant now) {
  std::vector<unsigned> shards;
  for (unsigned i = 0; i < pulses.size(); ++i) {
    const Instant last = pulses[i]->last();
    if (last != Instant{} && now - last > kStallAfter) shards.push_back(i);
  }
  return shards;
}

void StallDetector::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_changed_.wait_for(lock, kStallAfter / 2, [this] { return stopping_; })) {
    const Instant now = monotonic_now();
    for (const unsigned shard : stalled(pulses_, now)) {
      const std::string silent = std::to_string((now - pulses_[shard]->last()).count());
      warnings_.warn("event loop does not turn",
                     {{"shard", std::to_string(shard)}, {"milliseconds", silent}}, now);
    }
  }
}

}  // namespace sluice::runtime
