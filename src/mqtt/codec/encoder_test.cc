#include "mqtt/codec/encoder.h"

#include <gtest/gtest.h>

#include "mqtt/codec/sample_packets_for_test.h"

namespace sluice::mqtt {
namespace {

using namespace testing;

TEST(Encoder, WritesEveryPacketOfVersion3AsItWasRead) {
  for (const Version version : {Version::V31, Version::V311}) {
    for (const Sample& sample : samples_of(version)) {
      const Frame frame = frame_of(sample.bytes);
      // MQTT 3.1 has no Session Present to write back.
      if (version == Version::V31 && frame.type == PacketType::Connack) continue;
      decode_any(frame, version, true, [&](const auto& packet) {
        EXPECT_EQ(encoded(packet, version, frame.type), sample.bytes);
      });
    }
  }
}

TEST(Encoder, WritesConnectOfVersion5) {
  ConnectPacket packet;
  packet.keep_alive = 60;
  packet.client_id = "c";
  packet.user_name = "u";
  packet.password = "p";
  packet.properties.receive_maximum = std::uint16_t{9};
  packet.properties.user_properties = {{"k", "v"}};
  packet.will.emplace();
  packet.will->qos = Qos::AtLeastOnce;
  packet.will->retain = true;
  packet.will->topic = "w";
  packet.will->payload = "bye";
  packet.will->properties.will_delay_interval = 5;

  EXPECT_EQ(
      encoded(packet, Version::V5),
      testing::packet(
          0x10,
          {text("MQTT"), u8(5), u8(0xEE), u16(60),
           properties({property(PropertyId::ReceiveMaximum, u16(9)), user_property("k", "v")}),
           text("c"), properties({property(PropertyId::WillDelayInterval, u32(5))}), text("w"),
           text("bye"), text("u"), text("p")}));
}

TEST(Encoder, WritesSessionPresentFromVersion311On) {
  ConnackPacket packet;
  packet.session_present = true;
  EXPECT_EQ(encoded(packet, Version::V31), testing::packet(0x20, {u8(0), u8(0)}));
  EXPECT_EQ(encoded(packet, Version::V311), testing::packet(0x20, {u8(1), u8(0)}));
  EXPECT_EQ(encoded(packet, Version::V5), testing::packet(0x20, {u8(1), u8(0), properties({})}));
}

TEST(Encoder, WritesForwardedPropertiesBehindThoseOfTheReceiver) {
  std::string forwarded;
  append_payload_format_indicator(forwarded, true);
  append_content_type(forwarded, "t");
  append_response_topic(forwarded, "r");
  append_correlation_data(forwarded, "d");
  append_user_property(forwarded, "k", "v");
  PublishPacket packet;
  packet.dup = true;
  packet.qos = Qos::AtLeastOnce;
  packet.packet_id = 3;
  packet.topic = "a";
  packet.payload = "x";
  packet.properties.message_expiry_interval = 10;
  packet.properties.topic_alias = std::uint16_t{2};
  packet.properties.subscription_identifiers = {1, 128};
  packet.properties.forwarded = forwarded;

  EXPECT_EQ(
      encoded(packet, Version::V5),
      testing::packet(0x3A, {text("a"), u16(3),
                             properties({property(PropertyId::MessageExpiryInterval, u32(10)),
                                         property(PropertyId::TopicAlias, u16(2)),
                                         property(PropertyId::SubscriptionIdentifier, u8(1)),
                                         property(PropertyId::SubscriptionIdentifier, u16(0x8001)),
                                         property(PropertyId::PayloadFormatIndicator, u8(1)),
                                         property(PropertyId::ContentType, text("t")),
                                         property(PropertyId::ResponseTopic, text("r")),
                                         property(PropertyId::CorrelationData, text("d")),
                                         user_property("k", "v")}),
                             "x"}));
  EXPECT_EQ(encoded(packet, Version::V311), testing::packet(0x3A, {text("a"), u16(3), "x"}));
}

// v5 3.4.2.1: without properties, and without the code when that is Success.
TEST(Encoder, WritesTheShortestAcknowledgement) {
  AckPacket packet;
  packet.type = PacketType::Pubrel;
  packet.packet_id = 3;
  EXPECT_EQ(encoded(packet, Version::V5), testing::packet(0x62, {u16(3)}));
  packet.reason = ReasonCode::PacketIdentifierNotFound;
  EXPECT_EQ(encoded(packet, Version::V5), testing::packet(0x62, {u16(3), u8(0x92)}));
  packet.reason = ReasonCode::Success;
  packet.properties.reason_string = "";
  EXPECT_EQ(encoded(packet, Version::V5),
            testing::packet(
                0x62, {u16(3), u8(0), properties({property(PropertyId::ReasonString, text(""))})}));
  EXPECT_EQ(encoded(packet, Version::V311), testing::packet(0x62, {u16(3)}));
}

TEST(Encoder, WritesTheShortestDisconnectAndAuth) {
  DisconnectPacket disconnect;
  EXPECT_EQ(encoded(disconnect, Version::V5), testing::packet(0xE0, {}));
  disconnect.reason = ReasonCode::SessionTakenOver;
  EXPECT_EQ(encoded(disconnect, Version::V5), testing::packet(0xE0, {u8(0x8E)}));
  EXPECT_EQ(encoded(disconnect, Version::V311), testing::packet(0xE0, {}));
  EXPECT_EQ(encoded(AuthPacket(), Version::V5), testing::packet(0xF0, {}));
  AuthPacket auth;
  auth.reason = ReasonCode::ContinueAuthentication;
  EXPECT_EQ(encoded(auth, Version::V5), testing::packet(0xF0, {u8(0x18), properties({})}));
}

TEST(Encoder, WritesSubscriptionsWithTheOptionsOfTheVersion) {
  SubscribePacket packet;
  packet.packet_id = 1;
  packet.properties.subscription_identifier = 7;
  packet.subscriptions = {{"a", Qos::ExactlyOnce, true, true, RetainHandling::DoNotSend}};
  EXPECT_EQ(encoded(packet, Version::V5),
            testing::packet(
                0x82, {u16(1), properties({property(PropertyId::SubscriptionIdentifier, u8(7))}),
                       text("a"), u8(0x2E)}));
  EXPECT_EQ(encoded(packet, Version::V311), testing::packet(0x82, {u16(1), text("a"), u8(0x02)}));
}

// [MQTT311-3.9.3-2]
TEST(Encoder, WritesOneFailureCodeInSubackOfVersion3) {
  SubscribeAckPacket packet;
  packet.packet_id = 1;
  packet.codes = {ReasonCode::GrantedQos1, ReasonCode::NotAuthorized};
  EXPECT_EQ(encoded(packet, Version::V311), testing::packet(0x90, {u16(1), u8(1), u8(0x80)}));
  EXPECT_EQ(encoded(packet, Version::V5),
            testing::packet(0x90, {u16(1), properties({}), u8(1), u8(0x87)}));
  packet.type = PacketType::Unsuback;
  EXPECT_EQ(encoded(packet, Version::V311), testing::packet(0xB0, {u16(1)}));
}

TEST(Encoder, AppendsToWhatIsThere) {
  std::string out = "before";
  encode_pingreq(out);
  encode_pingresp(out);
  EXPECT_EQ(out, "before" + u16(0xC000) + u16(0xD000));
}

TEST(Encoder, WritesVariableByteIntegersAtTheirBorders) {
  EXPECT_EQ(vbi(0), u8(0));
  EXPECT_EQ(vbi(127), u8(0x7F));
  EXPECT_EQ(vbi(128), u16(0x8001));
  EXPECT_EQ(vbi(16'383), u16(0xFF7F));
  EXPECT_EQ(vbi(16'384), u16(0x8080) + u8(0x01));
  EXPECT_EQ(vbi(2'097'151), u16(0xFFFF) + u8(0x7F));
  EXPECT_EQ(vbi(2'097'152), u32(0x80808001));
  EXPECT_EQ(vbi(268'435'455), u32(0xFFFFFF7F));
  for (const std::uint32_t value : {0U, 127U, 128U, 16'383U, 16'384U, 2'097'151U, 268'435'455U}) {
    EXPECT_EQ(vbi(value).size(), variable_byte_integer_size(value));
  }
}

TEST(EncoderDeathTest, StopsAtAStringThatDoesNotFit) {
  const std::string topic(65'536, 'a');
  PublishPacket packet;
  packet.topic = topic;
  std::string out;
  EXPECT_DEATH(encode(out, packet, Version::V5), "kStringSizeMax");
}

}  // namespace
}  // namespace sluice::mqtt
