#include "base/log.h"

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

TEST(Log, LevelDecidesWhatIsWritten) {
  set_level(Level::Warning);
  EXPECT_FALSE(is_enabled(Level::Info));
  EXPECT_TRUE(is_enabled(Level::Error));
  set_level(Level::Off);
  EXPECT_FALSE(is_enabled(Level::Error));
  set_level(Level::Info);
}

TEST(Log, WritesOneEscapedLinePerEventWithAnUtcTime) {
  ::testing::internal::CaptureStderr();
  info("client_id=a\nb");
  shut_down();
  const std::string written = ::testing::internal::GetCapturedStderr();

  EXPECT_NE(written.find("Z info client_id=a\\x0ab\n"), std::string::npos) << written;
}

}  // namespace
}  // namespace sluice::log
