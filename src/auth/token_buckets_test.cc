#include "auth/token_buckets.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sluice::auth {
namespace {

const Instant kStart{milliseconds(1'000'000)};

config::RateLimit limit_of(std::vector<config::RateLimit::Window> windows) {
  return {std::move(windows)};
}

TEST(TokenBuckets, AreFullAtFirst) {
  TokenBuckets buckets(limit_of({{10, 1}}));

  for (int i = 0; i < 10; ++i) EXPECT_TRUE(buckets.try_take(1, kStart));
  EXPECT_FALSE(buckets.try_take(1, kStart));
}

TEST(TokenBuckets, RefillSmoothly) {
  TokenBuckets buckets(limit_of({{10, 1}}));
  EXPECT_TRUE(buckets.try_take(10, kStart));

  EXPECT_FALSE(buckets.try_take(1, kStart + milliseconds(99)));
  EXPECT_TRUE(buckets.try_take(1, kStart + milliseconds(100)));
  EXPECT_TRUE(buckets.try_take(5, kStart + milliseconds(600)));
  EXPECT_FALSE(buckets.try_take(1, kStart + milliseconds(600)));
}

TEST(TokenBuckets, HoldNoMoreThanTheirCapacity) {
  TokenBuckets buckets(limit_of({{10, 1}}));
  EXPECT_TRUE(buckets.try_take(1, kStart));

  EXPECT_FALSE(buckets.try_take(11, kStart + seconds(3600)));
  EXPECT_TRUE(buckets.try_take(10, kStart + seconds(3600)));
}

TEST(TokenBuckets, AllWindowsMustHaveIt) {
  TokenBuckets buckets(limit_of({{10, 1}, {15, 60}}));
  EXPECT_TRUE(buckets.try_take(10, kStart));

  EXPECT_FALSE(buckets.try_take(6, kStart + seconds(1))) << "5.25 are left of the minute";
  EXPECT_TRUE(buckets.try_take(5, kStart + seconds(1))) << "a refused attempt takes nothing";
}

TEST(TokenBuckets, TellWhenTheNextOnesAreThere) {
  TokenBuckets buckets(limit_of({{10, 1}}));
  EXPECT_EQ(buckets.next_chance(10, kStart), kStart);
  EXPECT_TRUE(buckets.try_take(10, kStart));

  EXPECT_EQ(buckets.next_chance(0, kStart), kStart);
  EXPECT_EQ(buckets.next_chance(1, kStart), kStart + milliseconds(100));
  EXPECT_EQ(buckets.next_chance(10, kStart), kStart + seconds(1));
  EXPECT_EQ(buckets.next_chance(11, kStart), kNever);
}

TEST(TokenBuckets, WithoutWindowsLimitNothing) {
  TokenBuckets buckets(limit_of({}));

  EXPECT_TRUE(buckets.try_take(1'000'000'000'000, kStart));
  EXPECT_EQ(buckets.next_chance(1'000'000'000'000, kStart), kStart);
}

TEST(TokenBuckets, PartsHaveTheirShareOfRateAndBurst) {
  TokenBuckets part(limit_of({{100, 1}}), 4);
  EXPECT_TRUE(part.try_take(25, kStart));

  EXPECT_FALSE(part.try_take(1, kStart));
  EXPECT_EQ(part.next_chance(1, kStart), kStart + milliseconds(40));
}

TEST(TokenBuckets, APartOfLessThanOneStillLetsOneThroughAtItsRate) {
  TokenBuckets part(limit_of({{1, 10}}), 8);
  EXPECT_TRUE(part.try_take(1, kStart));

  EXPECT_EQ(part.next_chance(1, kStart), kStart + seconds(80));
}

TEST(TokenBuckets, ATimeThatGoesBackGivesNothing) {
  TokenBuckets buckets(limit_of({{10, 1}}));
  EXPECT_TRUE(buckets.try_take(10, kStart));

  EXPECT_FALSE(buckets.try_take(1, kStart - seconds(5)));
  EXPECT_FALSE(buckets.try_take(1, kStart + milliseconds(99)));
  EXPECT_TRUE(buckets.try_take(1, kStart + milliseconds(100)));
}

RC_GTEST_PROP(TokenBuckets, NeverGiveMoreThanCapacityAndRate, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 1000);
  const auto window_seconds = *rc::gen::inRange<std::uint32_t>(1, 100);
  TokenBuckets buckets(limit_of({{count, window_seconds}}));
  const auto steps = *rc::gen::container<std::vector<std::pair<int, unsigned>>>(
      rc::gen::pair(rc::gen::inRange(0, 5000), rc::gen::inRange(0U, 50U)));

  Instant now = kStart;
  double taken = 0;
  for (const auto& [pause, wanted] : steps) {
    now += milliseconds(pause);
    if (buckets.try_take(wanted, now)) taken += wanted;
  }

  const double elapsed = std::chrono::duration<double>(now - kStart).count();
  const auto capacity = static_cast<double>(count);
  RC_ASSERT(taken <= capacity + elapsed * capacity / window_seconds + 0.01);
}

RC_GTEST_PROP(TokenBuckets, TheNextChanceIsOneAndTheMillisecondBeforeIsNot, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
  const auto window_seconds = *rc::gen::inRange<std::uint32_t>(1, 604'800);
  const auto wanted = *rc::gen::inRange<std::uint64_t>(1, count + 1);
  TokenBuckets buckets(limit_of({{count, window_seconds}}));
  RC_ASSERT(buckets.try_take(count, kStart));

  const Instant chance = buckets.next_chance(wanted, kStart);

  TokenBuckets early = buckets;
  RC_ASSERT(buckets.try_take(wanted, chance));
  RC_ASSERT(!early.try_take(wanted, chance - milliseconds(1)));
}

}  // namespace
}  // namespace sluice::auth
