#include "config/address_range.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::config {
namespace {

AddressBytes address(const char* text) {
  return parse_address_ranges(text)->front().first;
}

bool covers(const char* ranges, const char* one) {
  const auto parsed = parse_address_ranges(ranges);
  return std::ranges::any_of(*parsed, [&](const auto& r) { return r.contains(address(one)); });
}

TEST(AddressRange, CoversTheAddressesThatShareItsBits) {
  EXPECT_TRUE(covers("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(covers("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(covers("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(covers("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(covers("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(covers("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(covers("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(covers("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(covers("0.0.0.0/0", "203.0.113.7"));
  EXPECT_FALSE(covers("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(covers("10.0.0.0/8 , ::1", "::1"));
}

TEST(AddressRange, OfNothingIsNone) {
  EXPECT_TRUE(parse_address_ranges("")->empty());
  EXPECT_TRUE(parse_address_ranges(" ")->empty());
}

TEST(AddressRange, RefusesWhatIsNone) {
  for (const char* text :
       {"10.0.0.0/33", "10.0.0/8", "::1/129", "::1/", "host", "10.0.0.1/-1", ","}) {
    EXPECT_FALSE(parse_address_ranges(text)) << text;
  }
}

}  // namespace
}  // namespace sluice::config
