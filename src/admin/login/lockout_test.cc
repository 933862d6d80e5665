#include "admin/login/lockout.h"

#include <gtest/gtest.h>

namespace sluice::admin {
namespace {

class LockoutTest : public ::testing::Test {
 protected:
  void fail(unsigned times, const std::string& account = "a", const std::string& address = "x") {
    for (unsigned i = 0; i < times; ++i) lockout.failed(account, address, now);
  }
  std::optional<milliseconds> wait(const std::string& account, const std::string& address) {
    return lockout.wait(account, address, now);
  }

  Lockout lockout;
  Instant now{milliseconds{1'000'000}};
};

TEST_F(LockoutTest, LetsTheFirstFailuresPass) {
  fail(Lockout::kFreeTries - 1);
  EXPECT_FALSE(wait("a", "x"));
  fail(1);
  EXPECT_EQ(wait("a", "x"), seconds{1});
}

TEST_F(LockoutTest, DoublesUpToTheLongest) {
  fail(Lockout::kFreeTries + 3);
  EXPECT_EQ(wait("a", "x"), seconds{8});
  fail(100);
  EXPECT_EQ(wait("a", "x"), Lockout::kLongest);
}

TEST_F(LockoutTest, LocksTheAddressForOtherAccountsToo) {
  fail(Lockout::kFreeTries);
  EXPECT_TRUE(wait("b", "x"));
}

TEST_F(LockoutTest, LocksTheAccountForAddressesThatFailed) {
  for (unsigned i = 0; i < Lockout::kFreeTries + 5; ++i) fail(1, "a", "x" + std::to_string(i));
  EXPECT_EQ(wait("a", "x0"), seconds{32});
}

TEST_F(LockoutTest, LeavesAStrangerOneTryASecond) {
  fail(Lockout::kFreeTries + 8);
  EXPECT_FALSE(wait("a", "y"));
  EXPECT_EQ(wait("a", "z"), seconds{1});
  now += seconds{1};
  EXPECT_FALSE(wait("a", "z"));
}

TEST_F(LockoutTest, ForgivesTheAccountThatLoggedIn) {
  fail(Lockout::kFreeTries + 4, "a", "x");
  lockout.succeeded("a");
  EXPECT_FALSE(wait("a", "y"));
  EXPECT_FALSE(wait("a", "z"));
  EXPECT_TRUE(wait("a", "x"));
}

TEST_F(LockoutTest, ForgivesAfterAnHour) {
  fail(100);
  now += Lockout::kForgiven;
  EXPECT_FALSE(wait("a", "x"));
  EXPECT_EQ(lockout.size(), 0U);
}

TEST_F(LockoutTest, IsBounded) {
  for (std::size_t i = 0; i < Lockout::kEntriesMax + 100; ++i) {
    fail(1, "a" + std::to_string(i), "x" + std::to_string(i));
  }
  EXPECT_EQ(lockout.size(), 2 * Lockout::kEntriesMax);
}

TEST(LimitKey, IsTheNetworkOfAnIpv6Address) {
  EXPECT_EQ(limit_key_of_address("2001:db8::1"), limit_key_of_address("2001:db8::ffff:2"));
  EXPECT_NE(limit_key_of_address("2001:db8::1"), limit_key_of_address("2001:db8:0:1::1"));
  EXPECT_EQ(limit_key_of_address("192.0.2.1"), "192.0.2.1");
}

}  // namespace
}  // namespace sluice::admin
