#include <gtest/gtest.h>

#include "tools/bench/histogram.h"
#include "tools/bench/sequence_check.h"

namespace sluice::tools::bench {
namespace {

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.add(value);

  EXPECT_EQ(histogram.quantile(0.5), 50U);
  EXPECT_EQ(histogram.quantile(0.99), 99U);
  EXPECT_EQ(histogram.maximum(), 100U);
}

TEST(Histogram, StaysWithinTwoPercentForLargeValues) {
  for (std::uint64_t value = 100; value < (1ULL << 60); value = value * 3 + 7) {
    Histogram histogram;
    histogram.add(value);
    histogram.add(~0ULL);

    const auto found = static_cast<double>(histogram.quantile(0.5));

    EXPECT_GE(found, static_cast<double>(value));
    EXPECT_LE(found, static_cast<double>(value) * 1.02);
  }
}

TEST(Histogram, IsZeroWhenEmpty) {
  EXPECT_EQ(Histogram().quantile(0.99), 0U);
}

std::vector<Arrival> arrivals(const std::vector<std::uint64_t>& numbers) {
  SequenceCheck check;
  std::vector<Arrival> out;
  for (const auto number : numbers) out.push_back(check.add(number));
  return out;
}

TEST(SequenceCheck, TakesAGapForALossUntilTheNumberComesLate) {
  EXPECT_EQ(arrivals({0, 1, 3, 4, 2, 5}),
            (std::vector{Arrival::InOrder, Arrival::InOrder, Arrival::InOrder, Arrival::InOrder,
                         Arrival::Reordered, Arrival::InOrder}));
}

TEST(SequenceCheck, SeesDuplicatesBeforeAndBehindAGap) {
  EXPECT_EQ(arrivals({0, 0, 2, 2, 0}),
            (std::vector{Arrival::InOrder, Arrival::Duplicate, Arrival::InOrder, Arrival::Duplicate,
                         Arrival::Duplicate}));
}

TEST(SequenceCheck, KeepsSeveralGapsApart) {
  EXPECT_EQ(arrivals({1000, 0, 500, 500, 1001}),
            (std::vector{Arrival::InOrder, Arrival::Reordered, Arrival::Reordered,
                         Arrival::Duplicate, Arrival::InOrder}));
}

}  // namespace
}  // namespace sluice::tools::bench
