#include <gtest/gtest.h>

#include "tools/bench/histogram.h"
#include "tools/bench/schedule.h"
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

TEST(Schedule, MakesUpForWhatBecameDueWhileNobodyLooked) {
  Schedule schedule(1000, 5'000'000);
  std::vector<std::uint64_t> due;
  const auto note = [&](std::uint64_t number, std::uint64_t due_ns) {
    EXPECT_EQ(number, due.size());
    due.push_back(due_ns);
  };

  schedule.run(4'999'999, note);
  EXPECT_TRUE(due.empty());
  schedule.run(7'500'000, note);

  EXPECT_EQ(due, (std::vector<std::uint64_t>{5'000'000, 6'000'000, 7'000'000}));
}

TEST(Schedule, WaitsForTheNextMessageWithinTheLimit) {
  using std::chrono::nanoseconds;
  const Schedule schedule(1000, 5'000'000);

  EXPECT_EQ(schedule.wait(4'999'000, nanoseconds(500'000)), nanoseconds(1'000));
  EXPECT_EQ(schedule.wait(1'000'000, nanoseconds(500'000)), nanoseconds(500'000));
  EXPECT_EQ(schedule.wait(6'000'000, nanoseconds(500'000)), nanoseconds(0));
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
