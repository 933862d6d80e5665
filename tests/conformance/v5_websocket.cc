#include <array>

#include "support/conformance.h"

namespace sluice::conformance {

// MQTT over WebSocket, v5 6 and RFC 6455. These tests speak WebSocket below the level of `Peer`.

namespace {

class WebSocket : public Conformance {
 protected:
  std::uint16_t port() { return broker().port(Transport::WebSocket); }
  std::string connect_bytes(const std::string& name) { return connect(name).encode(Version::V5); }
  static Deadline deadline() { return std::chrono::steady_clock::now() + kPatience; }
};

/// Reads frames until one has that opcode, or the end. PINGs of the Server do not count.
bool receives_frame(WebSocketWire& wire, Opcode opcode, WebSocketFrame* out = nullptr) {
  WebSocketFrame frame;
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  while (wire.read_frame(frame, deadline) == ReadStatus::Data) {
    if (frame.opcode == opcode) {
      if (out != nullptr) *out = frame;
      return true;
    }
  }
  return false;
}

/// Whether the Server ends the connection, with a CLOSE frame or without.
bool ends(WebSocketWire& wire) {
  WebSocketFrame frame;
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    const ReadStatus status = wire.read_frame(frame, deadline);
    if (status == ReadStatus::Closed) return true;
    if (status == ReadStatus::TimedOut) return false;
    if (frame.opcode == Opcode::Close) return true;
  }
}

std::string answer_to(Socket& socket) {
  std::string rest;
  return read_http_header(socket, rest);
}

}  // namespace

TEST_P(WebSocket, MQTT5_6_0_0_1_TextFrameClosesTheConnection) {
  WebSocketWire wire(port());
  wire.write(connect_bytes("client"));
  ASSERT_TRUE(receives_frame(wire, Opcode::Binary));

  wire.write_frame({true, Opcode::Text, hex("c0 00")});

  EXPECT_TRUE(ends(wire));
}

TEST_P(WebSocket, MQTT5_6_0_0_1_TextFrameInPlaceOfConnectClosesTheConnection) {
  WebSocketWire wire(port());

  wire.write_frame({true, Opcode::Text, connect_bytes("client")});

  EXPECT_TRUE(ends(wire));
}

TEST_P(WebSocket, MQTT5_6_0_0_2_OnePacketInManyFrames) {
  auto owned = std::make_unique<WebSocketWire>(port());
  Peer client(std::move(owned));

  for (const char byte : connect_bytes("client")) client.sends_bytes(std::string(1, byte));

  client.expects_connack();
  client.expects_nothing_more();
}

TEST_P(WebSocket, MQTT5_6_0_0_2_ManyPacketsInOneFrame) {
  Peer client(std::make_unique<WebSocketWire>(port()));
  std::string bytes =
      connect_bytes("client") + subscribe(1, {{.filter = topic("a")}}).encode(Version::V5);
  for (int i = 0; i < 100; ++i) bytes += publish(topic("a"), "x").encode(Version::V5);

  client.sends_bytes(bytes + hex("c0"));  // and half a PINGREQ

  client.expects_connack();
  client.expects_suback(1, {ReasonCode::Success});
  EXPECT_EQ(client.receives_messages(100).size(), 100U);
  client.sends_bytes(hex("00")).expects_pingresp();
}

TEST_P(WebSocket, MQTT5_6_0_0_2_FragmentedMessagesAndPingsBetweenThem) {
  WebSocketWire wire(port());
  const std::string bytes = connect_bytes("client");

  wire.write_frame({false, Opcode::Binary, bytes.substr(0, 3)});
  wire.write_frame({true, Opcode::Ping, "are you there"});
  wire.write_frame({false, Opcode::Continuation, bytes.substr(3, 4)});
  wire.write_frame({false, Opcode::Continuation, ""});
  wire.write_frame({true, Opcode::Continuation, bytes.substr(7)});

  WebSocketFrame pong;
  ASSERT_TRUE(receives_frame(wire, Opcode::Pong, &pong));
  EXPECT_EQ(pong.payload, "are you there");
  WebSocketFrame answer;
  ASSERT_TRUE(receives_frame(wire, Opcode::Binary, &answer));
  EXPECT_EQ(answer.payload.substr(0, 1), hex("20"));
}

TEST_P(WebSocket, MQTT5_6_0_0_2_FrameHeaderCutAnywhere) {
  WebSocketWire wire(port());
  const std::string bytes = encode_frame({true, Opcode::Binary, connect_bytes("client")});

  for (const char byte : bytes) wire.write_raw(std::string(1, byte));

  EXPECT_TRUE(receives_frame(wire, Opcode::Binary));
}

TEST_P(WebSocket, MQTT5_6_0_0_2_AllLengthsOfFrames) {
  Peer client(std::make_unique<WebSocketWire>(port()));
  client.sends(connect("client")).expects_connack();
  client.subscribed(topic("a"));

  for (const std::size_t size : {0U, 90U, 126U, 1000U, 65'535U, 65'536U, 1'000'000U}) {
    const std::string payload(size, 'p');
    client.published(topic("a"), payload);
    EXPECT_EQ(client.receives_publish().payload.size(), size);
  }
}

TEST_P(WebSocket, MQTT5_6_0_0_4_SubprotocolIsReturned) {
  // The constructor demands that the one asked for comes back.
  EXPECT_NO_THROW(WebSocketWire(port(), "mqtt"));
  EXPECT_NO_THROW(WebSocketWire(port(), "mqttv3.1"));

  Socket socket(port());
  socket.write(upgrade_request("/mqtt", "Sec-WebSocket-Protocol: chat, mqtt\r\n"));

  EXPECT_NE(answer_to(socket).find("mqtt\r\n"), std::string::npos);
}

TEST_P(WebSocket, MQTT5_6_0_0_1_UnmaskedFrameClosesTheConnection) {
  WebSocketWire wire(port());

  wire.write_frame({true, Opcode::Binary, connect_bytes("client")}, false);

  EXPECT_TRUE(ends(wire));
}

TEST_P(WebSocket, MQTT5_6_0_0_1_ReservedBitsAndOpcodesCloseTheConnection) {
  for (const char* start : {"c2 80 12 34 56 78", "83 80 12 34 56 78", "8b 80 12 34 56 78"}) {
    WebSocketWire wire(port());

    wire.write_raw(hex(start));

    EXPECT_TRUE(ends(wire)) << start;
  }
}

TEST_P(WebSocket, MQTT5_6_0_0_1_BrokenFragmentationClosesTheConnection) {
  WebSocketWire continuation(port());
  continuation.write_frame({true, Opcode::Continuation, connect_bytes("client")});
  EXPECT_TRUE(ends(continuation));

  WebSocketWire interrupted(port());
  interrupted.write_frame({false, Opcode::Binary, "x"});
  interrupted.write_frame({true, Opcode::Binary, "y"});
  EXPECT_TRUE(ends(interrupted));

  WebSocketWire ping_in_pieces(port());
  ping_in_pieces.write_frame({false, Opcode::Ping, "x"});
  EXPECT_TRUE(ends(ping_in_pieces));
}

TEST_P(WebSocket, MQTT5_6_0_0_1_CloseFrameIsAnsweredAndCountsAsALostConnection) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  WebSocketWire wire(port());
  wire.write(connect("client").will({topic("w"), "gone"}).encode(Version::V5));
  ASSERT_TRUE(receives_frame(wire, Opcode::Binary));

  wire.write_frame({true, Opcode::Close, hex("03 e8")});

  EXPECT_TRUE(receives_frame(wire, Opcode::Close));
  watcher.receives_message("gone");
}

TEST_P(WebSocket, MQTT5_6_0_0_1_OrdinaryHttpIsRefused) {
  const std::array requests{
      std::string("GET /mqtt HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      upgrade_request("/elsewhere", "Sec-WebSocket-Protocol: mqtt\r\n"),
      std::string("POST /mqtt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"),
  };
  for (const std::string& request : requests) {
    Socket socket(port());

    socket.write(request);

    EXPECT_NE(answer_to(socket).find("HTTP/1.1 4"), std::string::npos) << request;
  }
}

INSTANTIATE_TEST_SUITE_P(, WebSocket, ::testing::Values(Transport::WebSocket),
                         [](const auto&) { return "WebSocket"; });

}  // namespace sluice::conformance
