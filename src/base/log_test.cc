#include "base/log.h"

#include <gtest/gtest.h>

namespace sluice::log {
namespace {

TEST(Log, LevelDecidesWhatIsWritten) {
  set_level(Level::Warning);
  EXPECT_FALSE(is_enabled(Level::Info));
  EXPECT_TRUE(is_enabled(Level::Error));
  set_level(Level::Off);
  EXPECT_FALSE(is_enabled(Level::Error));
  set_level(Level::Info);
}

// One test, as the log cannot be used again after `shut_down`.
TEST(Log, WritesAnEscapedLinePerEventAndCountsRepeatedOnes) {
  ::testing::internal::CaptureStderr();
  info("here", {{"client_id", "a\nb"}});
  for (int i = 0; i < 5; ++i) info("again", {{"peer", "p"}});
  set_format(Format::Json);
  info("other");
  shut_down();
  const std::string written = ::testing::internal::GetCapturedStderr();

  EXPECT_NE(written.find("Z info here client_id=a\\x0ab\n"), std::string::npos) << written;
  EXPECT_NE(written.find("Z info again peer=p\n"), std::string::npos) << written;
  EXPECT_NE(written.find("\"msg\":\"again\",\"repeated\":\"4\"}\n"), std::string::npos) << written;
  EXPECT_NE(written.find("\"msg\":\"other\"}\n"), std::string::npos) << written;
}

}  // namespace
}  // namespace sluice::log
