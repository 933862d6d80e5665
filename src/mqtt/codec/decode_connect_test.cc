#include <gtest/gtest.h>

#include "mqtt/codec/codec_testing.h"

namespace sluice::mqtt {
namespace {

using namespace testing;

Decoded<ConnectPacket> decoded(const std::string& bytes) {
  return decode_connect(frame_of(bytes));
}
Decoded<ConnectPacket> decoded(std::string&&) = delete;  // the packet would point at nothing
ReasonCode reason(const std::string& bytes) {
  return reason_of(decoded(bytes));
}

/// A CONNECT of v5 without properties.
std::string connect_v5(unsigned flags, std::initializer_list<std::string> payload,
                       const std::string& section = properties({})) {
  return packet(0x10, {text("MQTT"), u8(5), u8(flags), u16(60), section, joined(payload)});
}
std::string connect_v3(const std::string& name, unsigned level, unsigned flags,
                       std::initializer_list<std::string> payload) {
  return packet(0x10, {text(name), u8(level), u8(flags), u16(60), joined(payload)});
}
std::string connect_v311(unsigned flags, std::initializer_list<std::string> payload) {
  return connect_v3("MQTT", 4, flags, payload);
}
std::string connect_v31(unsigned flags, std::initializer_list<std::string> payload) {
  return connect_v3("MQIsdp", 3, flags, payload);
}

TEST(DecodeConnect, ReadsEveryFieldOfVersion5) {
  const std::string bytes =
      packet(0x10, {text("MQTT"), u8(5),
                    u8(0xEE),  // user name, password, Will Retain, Will QoS 1, Will, Clean Start
                    u16(10),   // Keep Alive
                    properties({property(PropertyId::SessionExpiryInterval, u32(300)),
                                property(PropertyId::ReceiveMaximum, u16(20)),
                                property(PropertyId::MaximumPacketSize, u32(1000)),
                                property(PropertyId::TopicAliasMaximum, u16(5)),
                                property(PropertyId::RequestResponseInformation, u8(1)),
                                property(PropertyId::RequestProblemInformation, u8(0)),
                                user_property("a", "1"), user_property("a", "2"),
                                property(PropertyId::AuthenticationMethod, text("SCRAM")),
                                property(PropertyId::AuthenticationData, text("\xFF"))}),
                    text("client"),
                    properties({property(PropertyId::PayloadFormatIndicator, u8(1)),
                                property(PropertyId::WillDelayInterval, u32(7)),
                                property(PropertyId::ContentType, text("t")),
                                property(PropertyId::MessageExpiryInterval, u32(9))}),
                    text("will/topic"), text("gone"), text("user"), text("secret")});

  const auto packet = decoded(bytes);

  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->version, Version::V5);
  EXPECT_TRUE(packet->clean_start);
  EXPECT_EQ(packet->keep_alive, 10);
  EXPECT_EQ(packet->properties.session_expiry_interval, 300U);
  EXPECT_EQ(packet->properties.receive_maximum, 20);
  EXPECT_EQ(packet->properties.maximum_packet_size, 1000U);
  EXPECT_EQ(packet->properties.topic_alias_maximum, 5);
  EXPECT_EQ(packet->properties.request_response_information, true);
  EXPECT_EQ(packet->properties.request_problem_information, false);
  EXPECT_EQ(packet->properties.user_properties, (std::vector<StringPair>{{"a", "1"}, {"a", "2"}}));
  EXPECT_EQ(packet->properties.authentication_method, "SCRAM");
  EXPECT_EQ(packet->properties.authentication_data, "\xFF");
  EXPECT_EQ(packet->client_id, "client");
  ASSERT_TRUE(packet->will);
  EXPECT_EQ(packet->will->qos, Qos::AtLeastOnce);
  EXPECT_TRUE(packet->will->retain);
  EXPECT_EQ(packet->will->topic, "will/topic");
  EXPECT_EQ(packet->will->payload, "gone");
  EXPECT_EQ(packet->will->properties.will_delay_interval, 7U);
  EXPECT_EQ(packet->will->properties.message_expiry_interval, 9U);
  EXPECT_TRUE(packet->will->properties.payload_is_utf8);
  EXPECT_EQ(packet->will->properties.forwarded,
            property(PropertyId::PayloadFormatIndicator, u8(1)) +
                property(PropertyId::ContentType, text("t")));
  EXPECT_EQ(packet->user_name, "user");
  EXPECT_EQ(packet->password, "secret");
}

TEST(DecodeConnect, ReadsEveryFieldOfVersion311) {
  const std::string bytes =
      connect_v311(0xF4,  // user name, password, Will Retain, Will QoS 2, Will; no Clean Session
                   {text("c"), text("w"), text("bye"), text("user"), text("secret")});

  const auto packet = decoded(bytes);

  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->version, Version::V311);
  EXPECT_FALSE(packet->clean_start);
  EXPECT_EQ(packet->keep_alive, 60);
  EXPECT_EQ(packet->client_id, "c");
  ASSERT_TRUE(packet->will);
  EXPECT_EQ(packet->will->qos, Qos::ExactlyOnce);
  EXPECT_TRUE(packet->will->retain);
  EXPECT_EQ(packet->will->payload, "bye");
  EXPECT_EQ(packet->user_name, "user");
  EXPECT_EQ(packet->password, "secret");
}

TEST(DecodeConnect, ReadsTheNameOfVersion31) {
  const std::string bytes = connect_v31(0x02, {text("c")});

  const auto packet = decoded(bytes);

  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->version, Version::V31);
  EXPECT_EQ(packet->client_id, "c");
  EXPECT_FALSE(packet->will || packet->user_name || packet->password);
}

TEST(DecodeConnect, RefusesNamesAndLevelsThatDoNotBelongTogether) {
  const std::vector<std::pair<std::string, unsigned>> pairs = {
      {"MQTT", 0}, {"MQTT", 3},   {"MQTT", 6},  {"MQTT", 0x84}, {"MQIsdp", 4},
      {"mqtt", 4}, {"MQIsdp", 5}, {"MQTT5", 5}, {"", 4},        {"MQIsdp", 0x83}};
  for (const auto& [name, level] : pairs) {
    EXPECT_EQ(reason(connect_v3(name, level, 2, {text("c")})),
              ReasonCode::UnsupportedProtocolVersion)
        << name << level;
  }
}

TEST(DecodeConnect, TellsInWhichVersionToRefuse) {
  const auto version = [](const std::string& name, unsigned level) {
    return version_of_refused_connect(frame_of(connect_v3(name, level, 2, {text("c")})));
  };
  EXPECT_EQ(version("MQTT", 5), Version::V5);
  EXPECT_EQ(version("MQTT", 6), Version::V5);
  EXPECT_EQ(version("MQTT", 3), Version::V311);
  EXPECT_EQ(version("MQTT", 4), Version::V311);
  EXPECT_EQ(version("MQTT", 0x84), Version::V311);
  EXPECT_EQ(version("MQIsdp", 5), Version::V31);
  EXPECT_EQ(version("else", 5), Version::V311);
  EXPECT_EQ(version_of_refused_connect(frame_of(packet(0x10, {}))), Version::V311);
  EXPECT_EQ(version_of_refused_connect(frame_of(packet(0x10, {text("MQIsdp")}))), Version::V31);
}

// [MQTT311-3.1.2-3], [MQTT5-3.1.2-3]; MQTT 3.1 does not reserve the bit.
TEST(DecodeConnect, RefusesTheReservedFlag) {
  EXPECT_EQ(reason(connect_v5(0x03, {text("c")})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v311(0x03, {text("c")})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v31(0x03, {text("c")})), ReasonCode::Success);
}

// [MQTT5-3.1.2-11], -12, -13; [MQTT311-3.1.2-13], -14, -15
TEST(DecodeConnect, RefusesWillFlagsThatContradictEachOther) {
  for (const unsigned flags : {0x08U, 0x10U, 0x18U, 0x20U}) {
    EXPECT_EQ(reason(connect_v5(flags, {text("c")})), ReasonCode::MalformedPacket);
    EXPECT_EQ(reason(connect_v311(flags, {text("c")})), ReasonCode::MalformedPacket);
    EXPECT_EQ(reason(connect_v31(flags, {text("c")})), ReasonCode::Success);
  }
  EXPECT_EQ(reason(connect_v5(0x1C, {text("c"), properties({}), text("w"), text("")})),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v311(0x1C, {text("c"), text("w"), text("")})),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v31(0x1C, {text("c"), text("w"), text("")})),
            ReasonCode::MalformedPacket);
}

TEST(DecodeConnect, RefusesAWillTopicThatIsNoTopicName) {
  for (const char* topic : {"", "a/#", "+/b"}) {
    EXPECT_EQ(reason(connect_v5(0x04, {text("c"), properties({}), text(topic), text("")})),
              ReasonCode::TopicNameInvalid);
    EXPECT_EQ(reason(connect_v311(0x04, {text("c"), text(topic), text("")})),
              ReasonCode::TopicNameInvalid);
  }
}

// [MQTT311-3.1.2-22]; legal in v5 [MQTT5-3.1.2-19].
TEST(DecodeConnect, AcceptsAPasswordWithoutUserNameInVersion5Only) {
  EXPECT_EQ(reason(connect_v5(0x40, {text("c"), text("secret")})), ReasonCode::Success);
  EXPECT_EQ(reason(connect_v311(0x40, {text("c"), text("secret")})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v31(0x40, {text("c"), text("secret")})), ReasonCode::MalformedPacket);
}

TEST(DecodeConnect, TakesAnnouncedFieldsAsAbsentInVersion31Only) {
  const std::string without_both = connect_v31(0xC0, {text("c")});
  const auto nothing = decoded(without_both);
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->user_name || nothing->password);
  const std::string without_password = connect_v31(0xC0, {text("c"), text("user")});
  const auto name_only = decoded(without_password);
  ASSERT_TRUE(name_only);
  EXPECT_EQ(name_only->user_name, "user");
  EXPECT_FALSE(name_only->password);
  EXPECT_EQ(reason(connect_v31(0x80, {text("c"), u8(0)})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v311(0x80, {text("c")})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v5(0x80, {text("c")})), ReasonCode::MalformedPacket);
}

// v5 3.1.2.11.10
TEST(DecodeConnect, RefusesAuthenticationDataWithoutMethod) {
  EXPECT_EQ(reason(connect_v5(2, {text("c")},
                              properties({property(PropertyId::AuthenticationData, text("x"))}))),
            ReasonCode::ProtocolError);
}

TEST(DecodeConnect, RefusesBytesBehindTheLastField) {
  EXPECT_EQ(reason(connect_v5(2, {text("c"), u8(0)})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v311(2, {text("c"), u8(0)})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v31(2, {text("c"), u8(0)})), ReasonCode::MalformedPacket);
}

// [MQTT5-3.1.3-4], -11, -12: strings; a password and a Will Payload are any bytes.
TEST(DecodeConnect, ChecksUtf8WhereTheSpecificationAsksForIt) {
  const std::string bad = text("\xC0");
  EXPECT_EQ(reason(connect_v311(0x02, {bad})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v311(0x04, {text("c"), bad, text("")})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v311(0x80, {text("c"), bad})), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(connect_v311(0x04, {text("c"), text("w"), bad})), ReasonCode::Success);
  EXPECT_EQ(reason(connect_v311(0xC0, {text("c"), text("u"), bad})), ReasonCode::Success);
}

}  // namespace
}  // namespace sluice::mqtt
