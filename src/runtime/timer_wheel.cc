#include "runtime/timer_wheel.h"

#include <algorithm>

namespace sluice::runtime {

namespace {

std::int64_t tick_at(Instant instant) {
  return instant.time_since_epoch() / TimerWheel::kSlotWidth;
}

/// Rounded up, so that a visited slot holds no deadline that is still to come in this revolution.
std::int64_t tick_after(Instant deadline) {
  const auto since_epoch = deadline.time_since_epoch();
  const std::int64_t tick = since_epoch / TimerWheel::kSlotWidth;
  return since_epoch % TimerWheel::kSlotWidth > milliseconds{0} ? tick + 1 : tick;
}

}  // namespace

void Timer::disarm() {
  if (!is_armed()) return;
  previous_->next_ = next_;
  next_->previous_ = previous_;
  previous_ = next_ = nullptr;
}

TimerWheel::Head::Head() {
  previous_ = next_ = this;
}

TimerWheel::TimerWheel() = default;

TimerWheel::~TimerWheel() {
  for (Head& slot : slots_) {
    Timer& head = slot;
    while (head.next_ != &head) head.next_->disarm();
  }
}

void TimerWheel::link_before(Timer& position, Timer& timer) {
  timer.previous_ = position.previous_;
  timer.next_ = &position;
  position.previous_->next_ = &timer;
  position.previous_ = &timer;
}

void TimerWheel::arm(Timer& timer, Instant deadline) {
  timer.disarm();
  if (deadline == kNever) return;
  timer.deadline_ = deadline;
  link_before(slot_of(std::max(tick_after(deadline), tick_ + 1)), timer);
}

void TimerWheel::advance(Instant now) {
  const std::int64_t target = tick_at(now);
  if (target <= tick_) return;
  const auto revolution = static_cast<std::int64_t>(kSlots);
  const std::int64_t first = std::max(tick_ + 1, target - revolution + 1);
  tick_ = target;  // first, so that what is armed while firing lands in a slot not yet visited
  for (std::int64_t tick = first; tick <= target; ++tick) fire_due(slot_of(tick), now);
}

void TimerWheel::fire_due(Timer& slot, Instant now) {
  if (slot.next_ == &slot) return;
  // The timers move to a ring of their own: whatever a firing timer does to others, they unlink
  // themselves from where they are, and what is armed meanwhile is not met in this round.
  Head pending;
  Timer& waiting = pending;
  waiting.next_ = slot.next_;
  waiting.previous_ = slot.previous_;
  waiting.next_->previous_ = &waiting;
  waiting.previous_->next_ = &waiting;
  slot.next_ = slot.previous_ = &slot;
  while (waiting.next_ != &waiting) {
    Timer& timer = *waiting.next_;
    timer.disarm();
    if (timer.deadline_ > now) {
      link_before(slot, timer);
    } else {
      timer.on_due(now);
    }
  }
}

}  // namespace sluice::runtime
