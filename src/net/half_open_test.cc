#include "net/half_open.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace sluice::net {
namespace {

PeerAddress v4(const char* text) {
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr_in&>(storage);
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, text, &address.sin_addr);
  return PeerAddress::from(storage);
}

TEST(PeerAddress, ReadsAsItIsWritten) {
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr_in6&>(storage);
  address.sin6_family = AF_INET6;
  ::inet_pton(AF_INET6, "2001:db8::1", &address.sin6_addr);

  EXPECT_EQ(PeerAddress::from(storage).to_string(), "2001:db8::1");
  EXPECT_EQ(v4("192.0.2.1").to_string(), "192.0.2.1");
}

TEST(HalfOpenSockets, RefusesBeyondTheLimitOfOneAddressOnly) {
  HalfOpenSockets sockets(2);

  EXPECT_TRUE(sockets.try_add(v4("192.0.2.1")));
  EXPECT_TRUE(sockets.try_add(v4("192.0.2.1")));
  EXPECT_FALSE(sockets.try_add(v4("192.0.2.1")));
  EXPECT_TRUE(sockets.try_add(v4("192.0.2.2")));
  sockets.remove(v4("192.0.2.1"));
  EXPECT_TRUE(sockets.try_add(v4("192.0.2.1")));
}

TEST(HalfOpenSockets, ZeroIsNoLimit) {
  HalfOpenSockets sockets(0);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(sockets.try_add(v4("192.0.2.1")));
}

}  // namespace
}  // namespace sluice::net
