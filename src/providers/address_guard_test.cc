#include "providers/address_guard.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace sluice::providers {
namespace {

bool is_allowed(const std::string& text) {
  sockaddr_storage storage{};
  if (auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
      ::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr), 1) << text;
    v6->sin6_family = AF_INET6;
  }
  return is_public_enough(reinterpret_cast<const sockaddr&>(storage));
}

TEST(AddressGuard, AllowsServersOfOperators) {
  for (const char* address :
       {"93.184.216.34", "10.1.2.3", "192.168.1.1", "172.16.0.1", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "100.100.100.201", "223.255.255.255", "2606:4700::1111",
        "fd12:3456::1", "::ffff:10.1.2.3", "64:ff9b::93.184.216.34"}) {
    EXPECT_TRUE(is_allowed(address)) << address;
  }
}

TEST(AddressGuard, RefusesThisHostItsLinkAndMetadata) {
  for (const char* address : {"127.0.0.1",
                              "127.255.255.255",
                              "0.0.0.0",
                              "0.1.2.3",
                              "169.254.169.254",
                              "169.254.0.1",
                              "100.100.100.200",
                              "168.63.129.16",
                              "192.0.0.192",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::1",
                              "::",
                              "::127.0.0.1",
                              "::ffff:127.0.0.1",
                              "::ffff:169.254.169.254",
                              "64:ff9b::127.0.0.1",
                              "2002:7f00:1::",
                              "fe80::1",
                              "febf::1",
                              "ff02::1",
                              "fd00:ec2::254"}) {
    EXPECT_FALSE(is_allowed(address)) << address;
  }
}

TEST(AddressGuard, RefusesOtherFamilies) {
  sockaddr address{};
  address.sa_family = AF_UNIX;

  EXPECT_FALSE(is_public_enough(address));
}

}  // namespace
}  // namespace sluice::providers
