#include "app/abuse_watch.h"

#include <gtest/gtest.h>

namespace sluice::app {
namespace {

constexpr Instant kStart{milliseconds{1'000'000}};

config::AuthSettings settings(const std::string& failures, const std::string& flapping) {
  config::AuthSettings made;
  made.block_after_failures = failures;
  made.block_flapping = flapping;
  return made;
}

TEST(AbuseWatch, BlocksNobodyUnlessItIsTold) {
  AbuseWatch watch(settings("", ""));

  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(watch.on_failure("192.0.2.1", kStart));
    EXPECT_FALSE(watch.on_connect("client", kStart));
  }
}

TEST(AbuseWatch, BlocksAnAddressThatFailsTooOften) {
  AbuseWatch watch(settings("3:60", ""));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(watch.on_failure("192.0.2.1", kStart));

  const auto block = watch.on_failure("192.0.2.1", kStart);

  ASSERT_TRUE(block);
  EXPECT_EQ(block->type, auth::BlockType::IpAddress);
  EXPECT_EQ(block->value, "192.0.2.1");
  EXPECT_FALSE(watch.on_failure("192.0.2.2", kStart));
}

TEST(AbuseWatch, ForgivesWithTime) {
  AbuseWatch watch(settings("3:60", ""));
  for (int i = 0; i < 30; ++i) {
    EXPECT_FALSE(watch.on_failure("192.0.2.1", kStart + seconds(20 * i))) << i;
  }
}

TEST(AbuseWatch, BlocksAClientThatFlaps) {
  AbuseWatch watch(settings("", "2:10"));
  watch.on_connect("client", kStart);
  watch.on_connect("client", kStart);

  const auto block = watch.on_connect("client", kStart);

  ASSERT_TRUE(block);
  EXPECT_EQ(block->type, auth::BlockType::ClientId);
  EXPECT_EQ(block->value, "client");
}

}  // namespace
}  // namespace sluice::app
