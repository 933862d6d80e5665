#include "base/log_limits.h"

#include <gtest/gtest.h>

namespace sluice::log {
namespace {

Instant at(int ms) {
  return Instant{milliseconds{ms}};
}

TEST(RateLimiter, LetsItsNumberOfLinesPassEachSecond) {
  RateLimiter limiter(2);

  EXPECT_TRUE(limiter.ask(at(0)).pass);
  EXPECT_TRUE(limiter.ask(at(1)).pass);
  EXPECT_FALSE(limiter.ask(at(2)).pass);
  EXPECT_FALSE(limiter.ask(at(999)).pass);
  EXPECT_TRUE(limiter.ask(at(1000)).pass);
}

TEST(RateLimiter, TellsHowManyLinesWereFolded) {
  RateLimiter limiter(1);
  limiter.ask(at(0));
  limiter.ask(at(1));
  limiter.ask(at(2));

  EXPECT_EQ(limiter.ask(at(1500)).folded, 2U);
  EXPECT_EQ(limiter.ask(at(3000)).folded, 0U);
}

TEST(ClientRateLimiter, HidesNobodyBehindALoudClient) {
  ClientRateLimiter limiter(100);
  EXPECT_TRUE(limiter.ask("loud", at(1)).pass);
  EXPECT_FALSE(limiter.ask("loud", at(2)).pass);
  EXPECT_FALSE(limiter.ask("loud", at(9000)).pass);

  EXPECT_TRUE(limiter.ask("quiet", at(9001)).pass);
  const auto later = limiter.ask("loud", at(10'001));
  EXPECT_TRUE(later.pass);
  EXPECT_EQ(later.folded, 2U);
}

TEST(ClientRateLimiter, BoundsAllTogetherAndWhomItRemembers) {
  ClientRateLimiter limiter(5);
  int passed = 0;
  for (std::size_t i = 0; i < 2 * ClientRateLimiter::kClientsMax; ++i) {
    passed += limiter.ask("client-" + std::to_string(i), at(1)).pass ? 1 : 0;
  }

  EXPECT_EQ(passed, 5);
}

}  // namespace
}  // namespace sluice::log
