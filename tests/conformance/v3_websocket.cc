#include "conformance/v3_common.h"

namespace sluice::conformance {

/// Rules about the frames below MQTT, so over WebSocket only.
class WebSocketConformance : public ::testing::Test {
 protected:
  /// A connected Client, and the wire below it.
  struct Connection {
    WebSocketWire* wire;
    Peer client;
  };
  Connection connected(const std::string& client_id) {
    auto wire = std::make_unique<WebSocketWire>(broker_.port(Transport::WebSocket));
    WebSocketWire* below = wire.get();
    Connection connection{below, Peer(std::move(wire))};
    connection.client.sends(v311(connect_as(client_id))).expects_connack();
    return connection;
  }
  BrokerProcess broker_;
};

TEST_F(WebSocketConformance, MQTT311_6_0_0_1_TextFrameClosesTheConnection) {
  auto [wire, client] = connected("client");

  wire->write_frame({.opcode = Opcode::Text, .payload = hex("c0 00")});

  client.expects_closed();
}

TEST_F(WebSocketConformance, MQTT311_6_0_0_1_ServerSendsBinaryFrames) {
  auto [wire, client] = connected("client");
  client.sends(pingreq());

  WebSocketFrame frame;
  const auto status = wire->read_frame(frame, std::chrono::steady_clock::now() + kPatience);

  EXPECT_EQ(status, ReadStatus::Data);
  EXPECT_EQ(frame.opcode, Opcode::Binary);
  EXPECT_EQ(frame.payload, hex("d0 00"));
}

TEST_F(WebSocketConformance, MQTT311_6_0_0_2_FrameMayHoldSeveralPackets) {
  auto [wire, client] = connected("client");

  wire->write_frame(
      {.payload = hex("c0 00 c0 00") + subscribe(7, {{.filter = "a"}}).encode(Version::V311)});

  client.expects_pingresp().expects_pingresp().expects_suback(7, {granted(Qos::AtMostOnce)});
}

TEST_F(WebSocketConformance, MQTT311_6_0_0_2_PacketMaySpanFrames) {
  auto [wire, client] = connected("client");
  const std::string packet = publish("a", "payload", Qos::AtLeastOnce, 9).encode(Version::V311);

  for (const char byte : packet) wire->write_frame({.payload = std::string(1, byte)});

  client.expects(puback(9));
}

TEST_F(WebSocketConformance, MQTT311_6_0_0_2_PacketMaySpanFragmentsOfOneMessage) {
  auto [wire, client] = connected("client");

  wire->write_frame({.fin = false, .opcode = Opcode::Binary, .payload = hex("c0")});
  wire->write_frame({.fin = true, .opcode = Opcode::Continuation, .payload = hex("00")});

  client.expects_pingresp();
}

TEST_F(WebSocketConformance, MQTT311_6_0_0_4_SubprotocolMqttIsReturned) {
  // The wire throws unless the answer selects just what was asked for.
  Peer client(std::make_unique<WebSocketWire>(broker_.port(Transport::WebSocket), "mqtt"));

  client.sends(v311(connect_as("client"))).expects_connack();
}

TEST_F(WebSocketConformance, MQTT31_SubprotocolOfTheOldVersionIsReturned) {
  Peer client(std::make_unique<WebSocketWire>(broker_.port(Transport::WebSocket), "mqttv3.1"));

  client.sends(connect_as("client").version(Version::V31)).expects_connack();
}

}  // namespace sluice::conformance
