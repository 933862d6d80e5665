#include "app/recovery_estimate.h"

#include <gtest/gtest.h>

namespace sluice::app {
namespace {

using namespace std::chrono_literals;

TEST(RecoveryEstimate, GoesByTheRateSoFar) {
  EXPECT_EQ(describe_time_left(250, 1000, 2s), "about 6 s left");
  EXPECT_EQ(describe_time_left(999, 1000, 2s), "about 1 s left");
}

TEST(RecoveryEstimate, IsUnknownBeforeOnePercentIsRead) {
  EXPECT_EQ(describe_time_left(0, 1000, 2s), "time left unknown");
  EXPECT_EQ(describe_time_left(9, 1000, 2s), "time left unknown");
  EXPECT_EQ(describe_time_left(10, 1000, 2s), "about 198 s left");
}

TEST(RecoveryEstimate, IsBounded) {
  EXPECT_EQ(describe_time_left(10, 1000, 2h), "more than a day left");
}

TEST(RecoveryEstimate, SaysNothingWithoutATotalOrBeyondIt) {
  EXPECT_EQ(describe_time_left(10, 0, 2s), "");
  EXPECT_EQ(describe_time_left(1000, 1000, 2s), "");
}

}  // namespace
}  // namespace sluice::app
