#include "config/rate_limit.h"

#include <gtest/gtest.h>

namespace sluice::config {
namespace {

TEST(RateLimit, ReadsWindowsInTbmqSyntax) {
  const auto limit = parse_rate_limit("10:1, 300:60");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->windows, (std::vector<RateLimit::Window>{{10, 1}, {300, 60}}));
}

TEST(RateLimit, AnEmptyTextIsNoLimit) {
  const auto limit = parse_rate_limit("");
  ASSERT_TRUE(limit);
  EXPECT_FALSE(limit->is_on());
}

TEST(RateLimit, RefusesWhatIsNoRate) {
  for (const char* text : {"10", "10:", ":1", "0:1", "10:0", "-1:1", "10:1,", "10:1;300:60", "a:b",
                           "1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1", "10:604801"}) {
    EXPECT_FALSE(parse_rate_limit(text)) << text;
  }
}

}  // namespace
}  // namespace sluice::config
