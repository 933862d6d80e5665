#include "net/listen_socket.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace sluice::net {
namespace {

config::ListenerSettings loopback(std::uint16_t port) {
  return {config::Scheme::Mqtt, "127.0.0.1", port, ""};
}

std::uint16_t port_of(const runtime::FileDescriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

TEST(ListenSocket, GivesEachShardASocketOnTheSamePort) {
  const auto first = listen_on(loopback(0), 1);
  ASSERT_TRUE(first.has_value());
  const std::uint16_t port = port_of((*first)[0][0]);
  const_cast<runtime::FileDescriptor&>((*first)[0][0]).reset();

  const auto shared = listen_on(loopback(port), 3);

  ASSERT_TRUE(shared.has_value()) << shared.error().what;
  ASSERT_EQ(shared->size(), 3U);
  for (const auto& sockets : *shared) EXPECT_EQ(port_of(sockets.at(0)), port);
}

TEST(ListenSocket, SaysInOneLineThatThePortIsTaken) {
  const auto first = listen_on(loopback(0), 1);
  const auto taken = loopback(port_of((*first)[0][0]));

  for (const unsigned shards : {1U, 2U}) {
    const auto second = listen_on(taken, shards);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().what, "cannot listen on " + taken.url() + ": address already in use");
  }
}

TEST(ListenSocket, RefusesAPortThatASharedServerHolds) {
  auto probe = listen_on(loopback(0), 1);
  const auto settings = loopback(port_of((*probe)[0][0]));
  (*probe)[0][0].reset();
  const auto first = listen_on(settings, 2);
  ASSERT_TRUE(first.has_value());

  EXPECT_FALSE(listen_on(settings, 2).has_value());
}

TEST(ListenSocket, RefusesANameThatDoesNotResolve) {
  config::ListenerSettings listener = loopback(1);
  listener.host = "host.invalid";

  EXPECT_FALSE(listen_on(listener, 1).has_value());
}

}  // namespace
}  // namespace sluice::net
