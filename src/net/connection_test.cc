#include "net/connection.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "net/connection_test_support.h"
#include "net/listen_socket.h"

namespace sluice::net::testing {

std::pair<runtime::FileDescriptor, runtime::FileDescriptor> make_socket_pair() {
  auto listening = listen_on({config::Scheme::Mqtt, "127.0.0.1", 0, ""}, 1);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  const int listener = (*listening)[0][0].get();
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  runtime::FileDescriptor peer{::socket(AF_INET, SOCK_STREAM, 0)};
  const int small = 16 * 1024;  // so that a slow reader is slow early
  ::setsockopt(peer.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  const int on = 1;
  ::setsockopt(peer.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  EXPECT_EQ(::connect(peer.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  runtime::FileDescriptor ours{::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)};
  ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  return {std::move(ours), std::move(peer)};
}

namespace {

struct ConnectionTest : ::testing::Test {
  ConnectionTest() : ConnectionTest(make_socket_pair()) {}
  explicit ConnectionTest(std::pair<runtime::FileDescriptor, runtime::FileDescriptor> sockets)
      : peer(std::move(sockets.second)) {
    host.connection = std::make_unique<Connection>(host, new_connection(std::move(sockets.first)));
    host.connection->start();
  }

  void sends(std::string_view bytes) {
    const broker::OutputPiece piece{bytes, nullptr};
    host.connection->send({&piece, 1});
  }

  FakeHost host;
  Peer peer;
};

TEST(Connection, IdleCostsLittle) {
  EXPECT_LE(sizeof(Connection), 144U);
  EXPECT_LE(sizeof(WebSocketState), 200U);
}

TEST_F(ConnectionTest, GivesTheCoreWhatThePeerWrites) {
  peer.writes("hello");
  host.turn();

  EXPECT_EQ(host.opened, 1);
  EXPECT_EQ(host.received, "hello");
}

TEST_F(ConnectionTest, GivesUnconsumedBytesAgainInFrontOfWhatFollows) {
  std::vector<std::string> seen;
  host.core = [&](ByteView bytes, bool*) -> std::size_t {
    seen.emplace_back(bytes);
    return bytes.size() / 4 * 4;
  };
  for (const char* part : {"abcde", "fg", "h"}) {
    peer.writes(part);
    host.turn();
  }

  EXPECT_EQ(seen, (std::vector<std::string>{"abcde", "efg", "efgh"}));
}

TEST_F(ConnectionTest, GathersAPacketLargerThanTheReadBuffer) {
  const std::string packet(1024 * 1024, 'x');
  std::size_t largest = 0;
  host.core = [&](ByteView bytes, bool*) -> std::size_t {
    largest = bytes.size();
    return bytes.size() < packet.size() ? 0 : packet.size();
  };
  for (std::size_t at = 0; at < packet.size(); at += 8192) {
    peer.writes(std::string_view(packet).substr(at, 8192));
    host.turn();
  }
  for (int i = 0; i < 1000 && largest < packet.size(); ++i) host.turn();

  EXPECT_EQ(largest, packet.size());
}

TEST_F(ConnectionTest, SendsPiecesInOrderAtOnce) {
  const std::vector<broker::OutputPiece> pieces{{"one ", nullptr}, {"", nullptr}, {"two", nullptr}};

  host.connection->send(pieces);

  EXPECT_EQ(peer.reads(), "one two");
  EXPECT_EQ(host.connection->unsent(), 0U);
  host.turn();
  EXPECT_EQ(host.drained, 0);
}

TEST_F(ConnectionTest, SendsMorePiecesThanOneSystemCallTakes) {
  const std::vector<broker::OutputPiece> pieces(1000, {"abc", nullptr});

  host.connection->send(pieces);

  EXPECT_EQ(peer.reads().size(), 3000U);
}

TEST_F(ConnectionTest, KeepsWhatASlowReaderDoesNotTakeAndTellsWhenItHasLeft) {
  std::string expected;
  for (int i = 0; i < 400; ++i) {
    const std::string chunk = std::to_string(i) + std::string(997, 'x');
    sends(chunk);
    expected += chunk;
  }
  EXPECT_GT(host.connection->unsent(), 0U);

  std::string arrived;
  while (arrived.size() < expected.size()) {
    arrived += peer.reads();
    host.turn();
  }

  EXPECT_EQ(arrived, expected);
  EXPECT_EQ(host.drained, 1);
  EXPECT_EQ(host.connection->unsent(), 0U);
}

TEST_F(ConnectionTest, DoesNotReadWhileThePeerDoesNotTakeItsAnswers) {
  sends(std::string(1024 * 1024, 'x'));
  peer.writes("more");
  host.turn();
  EXPECT_EQ(host.received, "");

  while (host.connection->unsent() > 0) {
    peer.reads();
    host.turn();
  }
  host.turn();

  EXPECT_EQ(host.received, "more");
}

TEST_F(ConnectionTest, StopsReadingForTheCoreAndGivesAgainWhatItLeft) {
  std::vector<std::string> seen;
  host.core = [&](ByteView bytes, bool*) -> std::size_t {
    seen.emplace_back(bytes);
    if (seen.size() == 1) host.connection->set_reading(false);
    return seen.size() == 1 ? 1 : bytes.size();
  };
  peer.writes("ab");
  host.turn();
  host.turn();
  EXPECT_EQ(seen.size(), 1U);

  host.connection->set_reading(true);
  host.turn();

  EXPECT_EQ(seen, (std::vector<std::string>{"ab", "b"}));
}

TEST_F(ConnectionTest, LeavesBytesInTheSocketWhileTheCoreDoesNotRead) {
  host.connection->set_reading(false);
  peer.writes("late");
  host.turn();
  EXPECT_EQ(host.received, "");

  host.connection->set_reading(true);
  host.turn();

  EXPECT_EQ(host.received, "late");
}

TEST_F(ConnectionTest, ReportsTheEndOfThePeerOnce) {
  peer.closes();
  host.turn();

  EXPECT_EQ(host.lost, 1);
  EXPECT_TRUE(host.has_retired);
  EXPECT_EQ(host.half_open_ended, 1);
}

TEST_F(ConnectionTest, NoticesAResetWhileItDoesNotRead) {
  host.connection->set_reading(false);
  peer.resets();
  host.turn();

  EXPECT_EQ(host.lost, 1);
}

TEST_F(ConnectionTest, ReportsAFailedSendAsAnEventOfItsOwn) {
  peer.resets();
  sends("lost");
  EXPECT_EQ(host.lost, 0);
  sends("lost, too");

  host.turn();

  EXPECT_EQ(host.lost, 1);
}

TEST_F(ConnectionTest, CloseSendsAllOutputThenTheEnd) {
  const std::string large(300'000, 'x');
  sends(large);
  host.connection->close();

  std::string arrived;
  while (arrived.size() < large.size()) {
    arrived += peer.reads();
    host.turn();
  }
  EXPECT_TRUE(peer.sees_end());
  EXPECT_FALSE(host.has_retired);
  peer.closes();
  host.turn();

  EXPECT_TRUE(host.has_retired);
  EXPECT_EQ(host.lost, 0);
}

TEST_F(ConnectionTest, CloseLetsThePeerReadTheLastBytesThoughItsOwnWereNotRead) {
  peer.writes("unread request");
  sends("goodbye");
  host.connection->close();
  host.turn();
  host.turn();

  EXPECT_EQ(peer.reads(), "goodbye");
  EXPECT_EQ(host.received, "");
}

TEST_F(ConnectionTest, CloseWaitsForThePeerNoLongerThanTheGrace) {
  host.connection->close();
  host.advance(milliseconds{1900});
  EXPECT_FALSE(host.has_retired);

  host.advance(milliseconds{200});

  EXPECT_TRUE(host.has_retired);
}

TEST_F(ConnectionTest, CloseInsideTheCoreKeepsTheBytesItLooksAt) {
  std::string seen;
  host.core = [&](ByteView bytes, bool* alive) -> std::size_t {
    host.connection->close();
    *alive = false;
    seen = bytes;
    return 0;
  };
  peer.writes("packet");
  host.turn();

  EXPECT_EQ(seen, "packet");
  EXPECT_TRUE(peer.sees_end());
}

TEST_F(ConnectionTest, HandsTheSocketAndUnreadBytesOver) {
  host.core = [&](ByteView, bool* alive) -> std::size_t {
    host.connection->hand_over(3);
    *alive = false;
    return 2;
  };
  peer.writes("..CONNECT");
  host.turn();
  ASSERT_EQ(host.handed_over_to, 3);
  EXPECT_EQ(host.handed_over->unread, "CONNECT");

  FakeHost home;
  home.connection = std::make_unique<Connection>(home, std::move(*host.handed_over));
  home.connection->start();
  EXPECT_EQ(home.received, "CONNECT");
  peer.writes("!");
  home.turn();

  EXPECT_EQ(home.received, "CONNECT!");
  EXPECT_EQ(host.lost, 0);
}

TEST_F(ConnectionTest, IsNoLongerHalfOpenOnceConnected) {
  host.connection->connected();
  host.connection->connected();
  peer.closes();
  host.turn();

  EXPECT_EQ(host.half_open_ended, 1);
}

}  // namespace
}  // namespace sluice::net::testing
