#include "net/address_rates.h"

#include <gtest/gtest.h>

namespace sluice::net {
namespace {

PeerAddress address(unsigned number) {
  return *PeerAddress::parse("10." + std::to_string(number >> 16 & 255) + "." +
                                 std::to_string(number >> 8 & 255) + "." +
                                 std::to_string(number & 255),
                             false);
}

TEST(AddressRates, CountEachAddressForItself) {
  AddressRates rates(*config::parse_rate_limit("2:60"), 1);
  const Instant now{milliseconds{1000}};

  EXPECT_TRUE(rates.try_take(address(1), now));
  EXPECT_TRUE(rates.try_take(address(1), now));
  EXPECT_FALSE(rates.try_take(address(1), now));
  EXPECT_TRUE(rates.try_take(address(2), now));
  EXPECT_TRUE(rates.try_take(address(1), now + seconds{61}));
}

TEST(AddressRates, ForgetWhomTheySawLongestAgo) {
  AddressRates rates(*config::parse_rate_limit("1:60"), 1);
  const Instant now{milliseconds{1000}};
  for (unsigned i = 0; i < AddressRates::kAddressesMax + 10; ++i) {
    EXPECT_TRUE(rates.try_take(address(i), now));
  }

  EXPECT_EQ(rates.size(), AddressRates::kAddressesMax);
  EXPECT_FALSE(rates.try_take(address(AddressRates::kAddressesMax), now));
  EXPECT_TRUE(rates.try_take(address(0), now));
}

TEST(AddressRates, WithoutALimitRememberNobody) {
  AddressRates rates({}, 1);

  EXPECT_TRUE(rates.try_take(address(1), {}));
  EXPECT_EQ(rates.size(), 0U);
}

}  // namespace
}  // namespace sluice::net
