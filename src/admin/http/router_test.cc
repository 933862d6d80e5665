#include "admin/http/router.h"

#include <gtest/gtest.h>

#include "admin/http/throttle.h"

namespace sluice::admin {
namespace {

Router router() {
  return Router({{"GET", "/api/thing", Role::Viewer, {}},
                 {"GET", "/api/thing/{id}", Role::Viewer, {}},
                 {"GET", "/api/thing/info", Role::Viewer, {}},
                 {"POST", "/api/thing/{id}/enable", Role::Admin, {}}});
}

TEST(Router, PrefersFixedSegments) {
  const Router table = router();
  EXPECT_EQ(table.find("GET", "/api/thing/info")->route->pattern, "/api/thing/info");
  EXPECT_EQ(table.find("GET", "/api/thing/other")->route->pattern, "/api/thing/{id}");
}

TEST(Router, DecodesParametersAfterSplitting) {
  const Router table = router();
  EXPECT_EQ(table.find("GET", "/api/thing/a%2Fb")->params.at("id"), "a/b");
  EXPECT_EQ(table.find("POST", "/api/thing/x/enable")->params.at("id"), "x");
}

TEST(Router, TellsAPathFromAMethod) {
  const Router table = router();
  EXPECT_EQ(table.find("GET", "/api/nothing").error().status, 404U);
  EXPECT_EQ(table.find("DELETE", "/api/thing").error().status, 405U);
  EXPECT_EQ(table.find("GET", "/api/thing/").error().status, 404U);
  EXPECT_EQ(table.find("GET", "").error().status, 400U);
  EXPECT_EQ(table.find("GET", "/api/thing/%zz").error().status, 400U);
}

TEST(Throttle, LimitsEachNameByItself) {
  Throttle throttle(*config::parse_rate_limit("2:1"));
  const Instant now{milliseconds{1000}};
  EXPECT_FALSE(throttle.take("a", now));
  EXPECT_FALSE(throttle.take("a", now));
  EXPECT_EQ(throttle.take("a", now), seconds{1});
  EXPECT_FALSE(throttle.take("b", now));
  EXPECT_FALSE(throttle.take("a", now + seconds{1}));
}

TEST(Throttle, ForgetsWhoAskedLongestAgo) {
  Throttle throttle(*config::parse_rate_limit("1:3600"));
  const Instant now{milliseconds{1000}};
  EXPECT_FALSE(throttle.take("first", now));
  for (std::size_t i = 0; i < Throttle::kNamesMax; ++i) (void)throttle.take(std::to_string(i), now);
  EXPECT_FALSE(throttle.take("first", now));
}

}  // namespace
}  // namespace sluice::admin
