#include "base/latency_histogram.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace sluice {
namespace {

using std::chrono::microseconds;

TEST(LatencyHistogram, CountsInTheBucketWhoseBoundIsNotBelow) {
  LatencyHistogram histogram;
  histogram.observe(microseconds{0});
  histogram.observe(microseconds{100});
  histogram.observe(microseconds{101}, 3);
  histogram.observe(seconds{61});
  histogram.observe(microseconds{-5});  // a clock that went back

  EXPECT_EQ(histogram.buckets[0], 3u);
  EXPECT_EQ(histogram.buckets[1], 3u);
  EXPECT_EQ(histogram.buckets.back(), 1u);
  EXPECT_EQ(histogram.count, 7u);
  EXPECT_EQ(histogram.sum_microseconds, 100u + 303u + 61'000'000u);
}

TEST(LatencyHistogram, AddsUp) {
  SharedLatencyHistogram one;
  one.observe(milliseconds{2});
  LatencyHistogram sum;
  sum.observe(milliseconds{2});
  sum.add(one);

  EXPECT_EQ(sum.count, 2u);
  EXPECT_EQ(sum.buckets[4], 2u);
}

}  // namespace
}  // namespace sluice
