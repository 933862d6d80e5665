#include <gtest/gtest.h>

#include "net/connection.h"
#include "net/connection_test_support.h"

namespace sluice::net::testing {
namespace {

constexpr std::string_view kRequest =
    "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: mqtt\r\n\r\n";

/// A client's frame of up to 125 bytes, masked with zeros.
std::string frame(char first_byte, std::string_view payload) {
  std::string bytes{first_byte, static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
  return bytes.append(payload);
}

struct WebSocketConnection : ::testing::Test {
  WebSocketConnection() : WebSocketConnection(make_socket_pair()) {}
  explicit WebSocketConnection(std::pair<runtime::FileDescriptor, runtime::FileDescriptor> sockets)
      : peer(std::move(sockets.second)) {
    auto state = std::make_unique<WebSocketState>(4096, path, host.now + seconds{5});
    host.connection = std::make_unique<Connection>(
        host, new_connection(std::move(sockets.first), std::move(state)));
    host.connection->start();
  }

  void upgrades() {
    peer.writes(kRequest);
    host.turn();
    ASSERT_TRUE(peer.reads().starts_with("HTTP/1.1 101 "));
    ASSERT_EQ(host.opened, 1);
  }

  const std::string path = "/mqtt";
  FakeHost host;
  Peer peer;
};

TEST_F(WebSocketConnection, OpensWithTheCoreAfterTheUpgrade) {
  peer.writes(kRequest.substr(0, 50));
  host.turn();
  EXPECT_EQ(host.opened, 0);
  peer.writes(std::string(kRequest.substr(50)) + frame('\x82', "first"));
  host.turn();

  EXPECT_EQ(host.opened, 1);
  EXPECT_EQ(host.received, "first");
}

TEST_F(WebSocketConnection, RefusesAnotherPathAndCloses) {
  peer.writes("GET / HTTP/1.1\r\n\r\n");
  host.turn();

  EXPECT_TRUE(peer.reads().starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(peer.sees_end());
  EXPECT_EQ(host.opened, 0);
  EXPECT_EQ(host.counters.upgrades_refused, 1U);
}

TEST_F(WebSocketConnection, EndsAtTheConnectTimeoutBeforeTheUpgrade) {
  host.advance(seconds{4});
  EXPECT_FALSE(host.has_retired);
  host.advance(seconds{2});
  EXPECT_TRUE(host.has_retired);
  EXPECT_EQ(host.counters.connect_timeouts, 1U);
}

TEST_F(WebSocketConnection, CountsTheConnectTimeoutFromAccept) {
  host.advance(seconds{4});
  upgrades();
  host.advance(seconds{2});

  EXPECT_EQ(host.lost, 1);
}

TEST_F(WebSocketConnection, HasNoTimeLimitOnceConnected) {
  upgrades();
  host.connection->connected();
  host.advance(seconds{20});

  EXPECT_EQ(host.lost, 0);
}

TEST_F(WebSocketConnection, JoinsFramesWithWhatTheCoreHasLeft) {
  upgrades();
  std::vector<std::string> seen;
  host.core = [&](ByteView bytes, bool*) -> std::size_t {
    seen.emplace_back(bytes);
    return bytes.size() / 4 * 4;
  };
  peer.writes(frame('\x82', "abc") + frame('\x82', "de"));
  host.turn();
  const std::string next = frame('\x82', "fgh");
  peer.writes(next.substr(0, 4));
  host.turn();
  peer.writes(next.substr(4));
  host.turn();

  EXPECT_EQ(seen, (std::vector<std::string>{"abcde", "efgh"}));
}

TEST_F(WebSocketConnection, SendsOneBinaryFramePerCall) {
  upgrades();
  const std::vector<broker::OutputPiece> pieces{{"one", nullptr}, {"two", nullptr}};
  host.connection->send(pieces);

  EXPECT_EQ(peer.reads(), "\x82\x06onetwo");
}

TEST_F(WebSocketConnection, AnswersPingWithPong) {
  upgrades();
  peer.writes(frame('\x89', "hi"));
  host.turn();

  EXPECT_EQ(peer.reads(), "\x8A\x02hi");
}

TEST_F(WebSocketConnection, AnswersCloseAfterTheBytesBeforeIt) {
  upgrades();
  peer.writes(frame('\x82', "last") + frame('\x88', "\x03\xE8"));
  host.turn();

  EXPECT_EQ(host.received, "last");
  EXPECT_EQ(host.lost, 1);
  EXPECT_EQ(peer.reads(), "\x88\x02\x03\xE8");
  EXPECT_TRUE(peer.sees_end());
}

TEST_F(WebSocketConnection, RefusesTextWith1003) {
  upgrades();
  peer.writes(frame('\x81', "text"));
  host.turn();

  EXPECT_EQ(host.received, "");
  EXPECT_EQ(host.lost, 1);
  EXPECT_EQ(peer.reads(), "\x88\x02\x03\xEB");
}

TEST_F(WebSocketConnection, ClosesWithAStatusWhenTheCoreCloses) {
  upgrades();
  host.connection->close();

  EXPECT_EQ(peer.reads(), "\x88\x02\x03\xE8");
  EXPECT_TRUE(peer.sees_end());
}

TEST_F(WebSocketConnection, IsToldToTryLaterWhenTheCoreRefuses) {
  host.refuses = true;
  peer.writes(kRequest);
  host.turn();

  EXPECT_TRUE(peer.reads().ends_with("\x88\x02\x03\xF5"));
}

TEST_F(WebSocketConnection, HandsOverTheFrameInTheMiddle) {
  upgrades();
  host.core = [&](ByteView, bool* alive) -> std::size_t {
    host.connection->hand_over(1);
    *alive = false;
    return 0;
  };
  const std::string half = frame('\x82', "cut in the middle");
  peer.writes(frame('\x82', "CONNECT ") + half.substr(0, 10));
  host.turn();
  ASSERT_TRUE(host.handed_over);

  FakeHost home;
  home.connection = std::make_unique<Connection>(home, std::move(*host.handed_over));
  home.connection->start();
  peer.writes(half.substr(10) + frame('\x89', ""));
  home.turn();

  EXPECT_EQ(home.received, "CONNECT cut in the middle");
  EXPECT_EQ(peer.reads(), std::string("\x8A\x00", 2));
}

TEST_F(WebSocketConnection, AnswersACloseThatCameWithTheHandOver) {
  upgrades();
  host.core = [&](ByteView, bool* alive) -> std::size_t {
    host.connection->hand_over(1);
    *alive = false;
    return 0;
  };
  peer.writes(frame('\x82', "CONNECT") + frame('\x88', ""));
  host.turn();

  FakeHost home;
  home.connection = std::make_unique<Connection>(home, std::move(*host.handed_over));
  home.connection->start();

  EXPECT_EQ(home.received, "CONNECT");
  EXPECT_EQ(home.lost, 1);
  EXPECT_EQ(peer.reads(), std::string("\x88\x00", 2));
}

}  // namespace
}  // namespace sluice::net::testing
