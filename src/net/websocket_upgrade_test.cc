#include "net/websocket_upgrade.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::net {
namespace {

/// The handshake of RFC 6455 1.3, with one of its lines replaced; an empty replacement removes it.
std::string request(std::string_view line = "", std::string_view replacement = "") {
  const std::vector<std::string_view> lines{
      "GET /mqtt HTTP/1.1",
      "Host: server.example.com",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Protocol: mqtt",
  };
  std::string text;
  for (const auto original : lines) {
    const auto written = !line.empty() && original.starts_with(line) ? replacement : original;
    if (!written.empty()) text.append(written).append("\r\n");
  }
  return text + "\r\n";
}

UpgradeAnswer answer_to(const std::string& text) {
  UpgradeAnswer answer;
  EXPECT_TRUE(try_upgrade(text, "/mqtt", &answer));
  return answer;
}

TEST(WebSocketUpgrade, AnswersTheHandshakeOfTheRfc) {
  const UpgradeAnswer answer = answer_to(request() + "frames");

  EXPECT_TRUE(answer.accepted);
  EXPECT_EQ(answer.header_size, request().size());
  EXPECT_EQ(answer.response,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
}

TEST(WebSocketUpgrade, WaitsForTheWholeHeader) {
  const std::string text = request();
  UpgradeAnswer answer;
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(try_upgrade(text.substr(0, size), "/mqtt", &answer));
  }
}

TEST(WebSocketUpgrade, SelectsTheSubprotocol) {
  const auto selected = [](std::string_view offered) {
    return answer_to(request("Sec-WebSocket-Protocol", offered)).response;
  };

  EXPECT_NE(selected("Sec-WebSocket-Protocol: mqttv3.1").find("Protocol: mqttv3.1\r\n"),
            std::string::npos);
  EXPECT_NE(selected("Sec-WebSocket-Protocol: mqttv3.1, mqtt").find("Protocol: mqtt\r\n"),
            std::string::npos);
  EXPECT_NE(selected("Sec-WebSocket-Protocol: wamp\r\nSec-WebSocket-Protocol: mqtt")
                .find("Protocol: mqtt\r\n"),
            std::string::npos);
}

TEST(WebSocketUpgrade, TakesWhatBrowsersSend) {
  EXPECT_TRUE(answer_to(request("Connection", "Connection: keep-alive, Upgrade")).accepted);
  EXPECT_TRUE(answer_to(request("Upgrade", "upgrade: WebSocket")).accepted);
  EXPECT_TRUE(answer_to(request("GET", "GET /mqtt?token=1 HTTP/1.1")).accepted);
  EXPECT_TRUE(answer_to(request("Host", "Sec-WebSocket-Extensions: permessage-deflate")).accepted);
}

struct Refusal {
  const char* what;
  std::string text;
  const char* status;
};

TEST(WebSocketUpgrade, RefusesWithAStatusThatTellsWhy) {
  const std::vector<Refusal> refusals{
      {"other path", request("GET", "GET /other HTTP/1.1"), "404"},
      {"other method", request("GET", "POST /mqtt HTTP/1.1"), "405"},
      {"a browser's visit", "GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n", "426"},
      {"no upgrade", request("Upgrade"), "426"},
      {"no connection", request("Connection"), "426"},
      {"old version", request("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"), "426"},
      {"no key", request("Sec-WebSocket-Key"), "400"},
      {"short key", request("Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhl"), "400"},
      {"HTTP/1.0", request("GET", "GET /mqtt HTTP/1.0"), "400"},
      {"no subprotocol", request("Sec-WebSocket-Protocol"), "400"},
      {"other subprotocol", request("Sec-WebSocket-Protocol", "Sec-WebSocket-Protocol: wamp"),
       "400"},
      {"not HTTP", "HELLO\r\n\r\n", "400"},
      {"MQTT", std::string("\x10\x10\x00\x04MQTT", 8), "400"},
      {"endless header", "GET /mqtt HTTP/1.1\r\nX: " + std::string(9000, 'x'), "431"},
  };
  for (const Refusal& refusal : refusals) {
    const UpgradeAnswer answer = answer_to(refusal.text);
    EXPECT_FALSE(answer.accepted) << refusal.what;
    EXPECT_EQ(answer.response.substr(0, 12), std::string("HTTP/1.1 ") + refusal.status)
        << refusal.what;
    EXPECT_NE(answer.response.find("Connection: close\r\n"), std::string::npos) << refusal.what;
  }
}

}  // namespace
}  // namespace sluice::net
