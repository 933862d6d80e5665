#include "net/lag_governor.h"

#include <gtest/gtest.h>

namespace sluice::net {
namespace {

constexpr Instant at(int time) {
  return Instant{milliseconds{time}};
}

TEST(LagGovernor, IsBehindFromALongTurnUntilItHasTurnedAsLongWithoutOne) {
  std::atomic<unsigned> lagging{0};
  LagGovernor governor(lagging);

  EXPECT_FALSE(governor.on_turn(at(0), at(500), milliseconds{500}));
  EXPECT_TRUE(governor.on_turn(at(500), at(1001), milliseconds{500}));
  EXPECT_EQ(lagging, 1U);
  EXPECT_TRUE(governor.on_turn(at(1001), at(1100), milliseconds{500}));
  EXPECT_TRUE(governor.on_turn(at(1100), at(1700), milliseconds{500}));
  EXPECT_TRUE(governor.on_turn(at(1700), at(2100), milliseconds{500}));
  EXPECT_EQ(lagging, 1U);
  EXPECT_FALSE(governor.on_turn(at(2100), at(2200), milliseconds{500}));
  EXPECT_EQ(lagging, 0U);
}

TEST(LagGovernor, IsNeverBehindWithoutALimit) {
  std::atomic<unsigned> lagging{0};
  LagGovernor governor(lagging);

  EXPECT_FALSE(governor.on_turn(at(0), at(100'000), milliseconds{0}));
  EXPECT_EQ(lagging, 0U);
}

}  // namespace
}  // namespace sluice::net
