#include "runtime/stall_detector.h"

#include <gtest/gtest.h>

#include <array>

namespace sluice::runtime {
namespace {

TEST(StallDetector, NamesShardsThatDidNotTurnForMoreThanASecond) {
  const Instant now{milliseconds{10'000}};
  Pulse fresh;
  Pulse stuck;
  const Pulse not_begun;
  fresh.beat(now - milliseconds{1000});
  stuck.beat(now - milliseconds{1001});
  const std::array<const Pulse*, 3> pulses{&fresh, &stuck, &not_begun};

  EXPECT_EQ(StallDetector::stalled(pulses, now), std::vector<unsigned>{1});
}

TEST(Pulse, KnowsTheLongestTurnOfTheLastWindows) {
  Pulse pulse;
  Instant now{milliseconds{100'000}};
  const auto turn = [&](int took) { pulse.end_turn(now - milliseconds{took}, now); };

  turn(7);
  turn(40);
  turn(3);
  EXPECT_EQ(pulse.longest_turn(), milliseconds{40});

  now += Pulse::kWindow;
  turn(5);
  EXPECT_EQ(pulse.longest_turn(), milliseconds{40}) << "it may be of a moment ago";

  now += Pulse::kWindow;
  turn(1);
  EXPECT_EQ(pulse.longest_turn(), milliseconds{5});
}

TEST(StallDetector, StopsAtOnce) {
  const Pulse pulse;
  StallDetector detector({&pulse});
}

}  // namespace
}  // namespace sluice::runtime
