#include "admin/monitoring/session_totals.h"

#include <gtest/gtest.h>

namespace sluice::admin {
namespace {

class RecentSessionTotalsTest : public ::testing::Test {
 protected:
  /// As many as there were readings; the next one takes so long.
  std::uint64_t in_flight_after(milliseconds took) {
    const auto read = [&] {
      now += took;
      return broker::SessionTotals{{}, {}, ++readings, 0};
    };
    return totals.get(read, [this] { return now; }).in_flight;
  }

  RecentSessionTotals totals;
  Instant now{milliseconds{1000}};
  std::uint64_t readings = 0;
};

TEST_F(RecentSessionTotalsTest, AreReadEachTimeWhereThatIsQuick) {
  EXPECT_EQ(in_flight_after(milliseconds{0}), 1u);
  EXPECT_EQ(in_flight_after(milliseconds{0}), 2u);
}

TEST_F(RecentSessionTotalsTest, AreReadForASmallPartOfTheTime) {
  EXPECT_EQ(in_flight_after(milliseconds{10}), 1u);
  now = Instant{milliseconds{1000 + 10 * RecentSessionTotals::kShare - 1}};
  EXPECT_EQ(in_flight_after(milliseconds{10}), 1u);
  now += milliseconds{1};
  EXPECT_EQ(in_flight_after(milliseconds{10}), 2u);
}

}  // namespace
}  // namespace sluice::admin
