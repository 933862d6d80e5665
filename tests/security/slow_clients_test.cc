// Class: slow denial of service. CVE-2020-13849, SlowITe, SlowTT: connections that are begun and
// never finished. What is awaited is their end, by deadlines of a second.

#include <gtest/gtest.h>

#include "net/tls_stream.h"
#include "net/tls_test_support.h"
#include "security/test_broker.h"

namespace sluice::security {
namespace {

struct Beginning {
  const char* what;
  std::uint16_t port;
  std::string bytes;
};

/// Waits for the end of each, whatever else comes.
void await_the_ends(const std::vector<Beginning>& beginnings) {
  std::vector<std::unique_ptr<Socket>> sockets;
  for (const Beginning& beginning : beginnings) {
    sockets.push_back(std::make_unique<Socket>(beginning.port));
    sockets.back()->write(beginning.bytes);
  }
  const Deadline deadline = std::chrono::steady_clock::now() + 4 * kPatience;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    std::string ignored;
    ReadStatus status = ReadStatus::Data;
    while (status == ReadStatus::Data) status = sockets[i]->read(ignored, deadline);
    EXPECT_EQ(status, ReadStatus::Closed) << beginnings[i].what;
  }
}

std::string upgraded(const std::string& then) {
  return upgrade_request("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n") + then;
}

TEST(SlowDenialOfService, ConnectsThatAreNotFinishedEndByTheDeadline) {
  TestBroker broker({.settings = {"mqtt.connect_timeout=1"}});
  const std::uint16_t tcp = broker.port(Transport::Tcp);
  const std::uint16_t web = broker.port(Transport::WebSocket);
  const std::string connect = connect_as("slow").encode(Version::V5);
  const std::string half = connect.substr(0, connect.size() / 2);

  await_the_ends(
      {{"nothing", tcp, ""},
       {"one byte", tcp, "\x10"},
       {"a length that does not end", tcp, hex("10 ff ff")},
       {"half a CONNECT", tcp, half},
       {"all but a byte", tcp, connect.substr(0, connect.size() - 1)},
       {"WebSocket: nothing", web, ""},
       {"half a request", web, upgraded("").substr(0, 60)},
       {"a request, and nothing", web, upgraded("")},
       {"half a frame", web, upgraded(encode_frame({true, Opcode::Binary, connect}).substr(0, 9))},
       {"half a CONNECT in a frame", web, upgraded(encode_frame({true, Opcode::Binary, half}))},
       {"a PING only", web, upgraded(encode_frame({true, Opcode::Ping, "x"}))}});

  broker.expect_service();
}

TEST(SlowDenialOfService, BytesOneByOneWinNoTime) {
  TestBroker broker({.settings = {"mqtt.connect_timeout=1"}});
  Socket slow(broker.port());
  const std::string connect = connect_as(std::string(20'000, 'c')).encode(Version::V5);
  std::string answer;
  ReadStatus status = ReadStatus::TimedOut;

  std::size_t sent = 0;
  for (; status == ReadStatus::TimedOut && sent < connect.size(); ++sent) {
    slow.write(connect.substr(sent, 1));
    status = slow.read(answer, std::chrono::steady_clock::now() + std::chrono::milliseconds(1));
  }

  EXPECT_EQ(status, ReadStatus::Closed);
  EXPECT_LT(sent, connect.size());
}

TEST(SlowDenialOfService, HandshakesAndProxyHeadersThatAreNotFinishedEndByTheDeadline) {
  const net::testing::Folder folder;
  const net::testing::Holder holder = net::testing::Authority("ca").issue("localhost");
  const std::uint16_t tls = free_port();
  const std::uint16_t proxy = free_port();
  const std::uint16_t both = free_port();
  const auto at = [](std::uint16_t port) { return "://127.0.0.1:" + std::to_string(port); };
  TestBroker broker({.settings = {"mqtt.connect_timeout=1", "tls.handshake_timeout=1",
                                  "tls.certificate=" + holder.write_certificate(folder, "c.pem"),
                                  "tls.key=" + holder.write_key(folder, "k.pem")},
                     .listeners = {"mqtts" + at(tls), "mqtt" + at(proxy) + "?proxy_protocol=on",
                                   "mqtts" + at(both) + "?proxy_protocol=on"}});
  const std::string hello = hex("16 03 01 02 00 01 00 01 fc 03 03") + std::string(32, 'r');
  const std::string version_2 = hex("0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a");

  await_the_ends({{"TLS: nothing", tls, ""},
                  {"half a record's header", tls, hello.substr(0, 3)},
                  {"half a hello", tls, hello},
                  {"PROXY: nothing", proxy, ""},
                  {"half of version 1", proxy, "PROXY TCP4 192.0.2.1 19"},
                  {"half a signature", proxy, version_2.substr(0, 7)},
                  {"half of version 2", proxy, version_2 + hex("21 11 00 0c c0 00")},
                  {"a header, and nothing", proxy, "PROXY UNKNOWN\r\n"},
                  {"a header, and half a hello", both, "PROXY UNKNOWN\r\n" + hello},
                  {"half a header before TLS", both, "PROXY "}});

  broker.expect_service();
}

TEST(SlowDenialOfService, OfOneAddressOnlySoManyWaitAtATime) {
  TestBroker broker(
      {.settings = {"mqtt.connect_timeout=600", "limits.half_open_per_address_max=4"}});
  constexpr std::size_t kSockets = 40;
  constexpr std::size_t kMayStay = 8;  // two shards
  std::vector<std::unique_ptr<Socket>> open;
  for (std::size_t i = 0; i < kSockets; ++i)
    open.push_back(std::make_unique<Socket>(broker.port()));

  const Deadline deadline = std::chrono::steady_clock::now() + 4 * kPatience;
  while (open.size() > kMayStay && std::chrono::steady_clock::now() < deadline) {
    std::erase_if(open, [](const auto& socket) {
      std::string ignored;
      const Deadline soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
      return socket->read(ignored, soon) == ReadStatus::Closed;
    });
  }

  EXPECT_LE(open.size(), kMayStay);
  open.clear();
  broker.expect_service();
}

/// A Client chooses its Keep Alive, but half a packet does not stretch it.
TEST(SlowDenialOfService, HalfAPacketIsNoSignOfLife) {
  TestBroker broker;
  Peer peer = broker.connected(connect_as("c").keep_alive(1));
  const std::string packet = publish("t", std::string(500, 'x')).encode(Version::V5);

  peer.sends_bytes(packet.substr(0, 100));

  peer.bytes_until_closed();
}

TEST(SlowDenialOfService, TheKeepAliveOfVersion5IsCapped) {
  TestBroker broker({.settings = {"mqtt.keep_alive_max=1"}});
  Peer peer = broker.peer();
  peer.sends(connect_as("c").keep_alive(65'535));
  EXPECT_EQ(peer.expects_connack().number(PropertyId::ServerKeepAlive), 1U);

  peer.bytes_until_closed();
}

}  // namespace
}  // namespace sluice::security
