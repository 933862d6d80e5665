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

TEST(StallDetector, StopsAtOnce) {
  const Pulse pulse;
  StallDetector detector({&pulse});
}

}  // namespace
}  // namespace sluice::runtime
