#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace sluice::runtime {

class TimerWheel;

/// A deadline inside another object: derive from it, or hold it, and override `on_due`.
///
/// Lives on   one shard. Destroying an armed timer disarms it. Arming an armed timer moves it.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool is_armed() const { return previous_ != nullptr; }
  void disarm();

 protected:
  virtual ~Timer() { disarm(); }

 private:
  friend class TimerWheel;
  /// Called once, disarmed, at or after its deadline. May arm itself again or destroy itself.
  virtual void on_due(Instant now) = 0;

  Timer* previous_ = nullptr;  // a ring per slot
  Timer* next_ = nullptr;
  Instant deadline_{};
};

}  // namespace sluice::runtime
