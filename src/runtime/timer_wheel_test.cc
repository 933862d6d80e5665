#include "runtime/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace sluice::runtime {
namespace {

class Probe : public Timer {
 public:
  explicit Probe(std::function<void(Instant)> action = {}) : action_(std::move(action)) {}
  int fired = 0;

 private:
  void on_due(Instant now) override {
    ++fired;
    if (action_) action_(now);
  }
  std::function<void(Instant)> action_;
};

Instant at(std::int64_t ms) {
  return Instant{milliseconds{ms}};
}

TEST(TimerWheel, TimerIsSmall) {
  EXPECT_LE(sizeof(Timer), 32U);
}

TEST(TimerWheel, FiresAtItsDeadlineAndNotBefore) {
  TimerWheel wheel;
  Probe timer;
  wheel.arm(timer, at(250));

  wheel.advance(at(200));
  EXPECT_EQ(timer.fired, 0);
  wheel.advance(at(300));
  EXPECT_EQ(timer.fired, 1);
  EXPECT_FALSE(timer.is_armed());
}

TEST(TimerWheel, KeepsADeadlineBeyondOneRevolution) {
  TimerWheel wheel;
  Probe timer;
  wheel.arm(timer, at(1'000'000));

  for (std::int64_t now = 0; now < 1'000'000; now += 100) wheel.advance(at(now));
  EXPECT_EQ(timer.fired, 0);
  wheel.advance(at(1'000'000));
  EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, FiresAllThatIsDueAfterALongPause) {
  TimerWheel wheel;
  std::vector<std::unique_ptr<Probe>> timers;
  for (int i = 1; i <= 5000; ++i) {
    timers.push_back(std::make_unique<Probe>());
    wheel.arm(*timers.back(), at(i * 100));
  }

  wheel.advance(at(500'000));

  for (const auto& timer : timers) EXPECT_EQ(timer->fired, 1);
}

TEST(TimerWheel, ArmsBeforeTheFirstAdvanceOfALargeClock) {
  TimerWheel wheel;
  Probe timer;
  const std::int64_t boot = 123'456'789'000;
  wheel.arm(timer, at(boot + 5000));

  wheel.advance(at(boot));
  EXPECT_EQ(timer.fired, 0);
  wheel.advance(at(boot + 5000));
  EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, FiresAPassedDeadlineInTheNextSlot) {
  TimerWheel wheel;
  Probe timer;
  wheel.advance(at(1000));
  wheel.arm(timer, at(10));

  wheel.advance(at(1100));

  EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, ArmingAgainMovesTheDeadline) {
  TimerWheel wheel;
  Probe timer;
  wheel.arm(timer, at(200));
  wheel.arm(timer, at(900));

  wheel.advance(at(800));
  EXPECT_EQ(timer.fired, 0);
  wheel.advance(at(900));
  EXPECT_EQ(timer.fired, 1);
}

TEST(TimerWheel, NeverIsNotArmed) {
  TimerWheel wheel;
  Probe timer;
  wheel.arm(timer, at(200));
  wheel.arm(timer, kNever);

  EXPECT_FALSE(timer.is_armed());
}

TEST(TimerWheel, TimerMayRearmItselfWhileFiring) {
  TimerWheel wheel;
  Probe* self = nullptr;
  Probe timer([&](Instant now) { wheel.arm(*self, now + milliseconds{100}); });
  self = &timer;
  wheel.arm(timer, at(100));

  for (std::int64_t now = 100; now <= 1000; now += 100) wheel.advance(at(now));

  EXPECT_EQ(timer.fired, 10);
}

TEST(TimerWheel, TimerMayDestroyItselfAndOthersWhileFiring) {
  TimerWheel wheel;
  std::vector<std::unique_ptr<Probe>> timers(3);
  int fired = 0;
  for (auto& timer : timers) {
    timer = std::make_unique<Probe>([&](Instant) {
      ++fired;
      timers.clear();
    });
    wheel.arm(*timer, at(100));
  }

  wheel.advance(at(100));

  EXPECT_EQ(fired, 1);
}

TEST(TimerWheel, DestroyedTimerIsDisarmed) {
  TimerWheel wheel;
  {
    Probe timer;
    wheel.arm(timer, at(100));
  }
  wheel.advance(at(200));
}

TEST(TimerWheel, DisarmsItsTimersWhenItDies) {
  Probe timer;
  {
    TimerWheel wheel;
    wheel.arm(timer, at(100));
  }
  EXPECT_FALSE(timer.is_armed());
}

}  // namespace
}  // namespace sluice::runtime
