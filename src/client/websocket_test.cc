#include "client/websocket.h"

#include <gtest/gtest.h>

#include "client/endpoint.h"

namespace sluice::client {
namespace {

using namespace std::string_literals;

std::string unmasked(const std::string& frame, std::size_t header) {
  std::string payload = frame.substr(header);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ frame[header - 4 + i % 4]);
  }
  return payload;
}

TEST(WebSocket, WrapsTheTailOfTheOutputIntoOneMaskedBinaryFrame) {
  WebSocket socket(7);
  std::string out = "earlier" + std::string(200, 'x');

  socket.wrap(out, 7);

  ASSERT_EQ(out.size(), 7 + 8 + 200U);
  EXPECT_EQ(out.substr(0, 7), "earlier");
  EXPECT_EQ(out.substr(7, 4), "\x82\xFE\x00\xC8"s);
  EXPECT_EQ(unmasked(out.substr(7), 8), std::string(200, 'x'));
}

TEST(WebSocket, UnwrapsFramesThatAreCutAnywhere) {
  const std::string stream =
      "\x02\x03"
      "abc"
      "\x89\x01p"
      "\x80\x7E\x00\x02"
      "de"
      "\x82\x01"
      "f"s;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    WebSocket socket(7);
    std::string control;
    std::string first = stream.substr(0, cut);
    std::string second = stream.substr(cut);

    const auto a = socket.unwrap(first.data(), first.size(), control);
    const auto b = socket.unwrap(second.data(), second.size(), control);

    ASSERT_TRUE(a && b);
    EXPECT_EQ(first.substr(0, *a) + second.substr(0, *b), "abcdef");
    EXPECT_EQ(unmasked(control, 6), "p");
    EXPECT_EQ(control[0], '\x8A');
  }
}

TEST(WebSocket, ReportsTextMaskedAndCloseFrames) {
  for (std::string frame : {"\x81\x01x"s, "\x82\x81"s, "\x88\x00"s, "\xC2\x00"s}) {
    WebSocket socket(7);
    std::string control;
    EXPECT_FALSE(socket.unwrap(frame.data(), frame.size(), control)) << frame;
  }
}

TEST(WebSocket, RefusesAnAnswerThatDoesNotFitItsKey) {
  WebSocket socket(7);
  (void)socket.make_request("localhost:8083", "/mqtt");

  EXPECT_EQ(socket.read_response("HTTP/1.1 101 Switching").value(), 0U);
  EXPECT_FALSE(socket.read_response("HTTP/1.1 101 S\r\nSec-WebSocket-Accept: x\r\n\r\n"));
  EXPECT_FALSE(socket.read_response("HTTP/1.1 404 Not Found\r\n\r\n"));
}

TEST(BrokerUrl, GivesHostPortCredentialsAndPath) {
  const auto url = parse_url("mqtt://user:pass@[::1]:1884/a/b");

  ASSERT_TRUE(url);
  EXPECT_EQ(url->endpoint.host, "::1");
  EXPECT_EQ(url->endpoint.effective_port(), 1884);
  EXPECT_EQ(url->user_name, "user");
  EXPECT_EQ(url->password, "pass");
  EXPECT_EQ(url->path, "a/b");
}

TEST(BrokerUrl, OfAWebSocketKeepsItsPath) {
  const auto url = parse_url("ws://broker/socket");

  ASSERT_TRUE(url);
  EXPECT_EQ(url->endpoint.transport, Transport::WebSocket);
  EXPECT_EQ(url->endpoint.path, "/socket");
  EXPECT_EQ(url->endpoint.effective_port(), 8083);
}

TEST(BrokerUrl, RefusesWhatIsNoUrl) {
  for (const auto* text :
       {"localhost:1883", "http://x", "mqtt://", "mqtt://x:0", "mqtt://x:99999"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

}  // namespace
}  // namespace sluice::client
