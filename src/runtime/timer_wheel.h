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

/// The deadlines of one shard: a hashed wheel of 100 ms slots, arming and disarming in constant
/// time.
///
/// A deadline beyond one revolution waits in its slot until it is due. Timers fire at or after
/// their deadline, within one slot if `advance` is called that often. The wheel does not own its
/// timers; those still armed when it dies are disarmed.
class TimerWheel {
 public:
  static constexpr milliseconds kSlotWidth{100};

  TimerWheel();
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms or moves `timer`. A deadline that has passed is due at the next slot; kNever disarms.
  void arm(Timer& timer, Instant deadline);

  /// Fires what is due. A timer may arm, disarm and destroy any timer, itself included.
  void advance(Instant now);

 private:
  static constexpr std::size_t kSlots = 1024;

  struct Head final : Timer {
    Head();
    void on_due(Instant) override {}
  };

  Timer& slot_of(std::int64_t tick) { return slots_[static_cast<std::size_t>(tick) % kSlots]; }
  static void link_before(Timer& position, Timer& timer);
  static void fire_due(Timer& slot, Instant now);

  std::int64_t tick_ = 0;  // the last slot that `advance` has visited
  std::array<Head, kSlots> slots_;
};

}  // namespace sluice::runtime
