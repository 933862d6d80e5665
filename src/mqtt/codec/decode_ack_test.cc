#include <gtest/gtest.h>

#include <map>
#include <set>

#include "mqtt/codec/codec_testing.h"

namespace sluice::mqtt {
namespace {

using namespace testing;

constexpr Version kVersions3[] = {Version::V31, Version::V311};
// PUBACK, PUBREC, PUBREL and PUBCOMP.
constexpr unsigned kAcks[] = {0x40, 0x50, 0x62, 0x70};

TEST(DecodeAck, ReadsTheThreeFormsOfVersion5) {
  for (const unsigned first : kAcks) {
    const std::string shortest = packet(first, {u16(5)});
    const std::string with_code = packet(first, {u16(5), u8(0)});
    const std::string whole = packet(
        first,
        {u16(5), u8(0),
         properties({property(PropertyId::ReasonString, text("r")), user_property("k", "v")})});

    for (const std::string* bytes : {&shortest, &with_code, &whole}) {
      const auto packet = decode_ack(frame_of(*bytes), Version::V5);
      ASSERT_TRUE(packet);
      EXPECT_EQ(packet->type, static_cast<PacketType>(first >> 4));
      EXPECT_EQ(packet->packet_id, 5);
      EXPECT_EQ(packet->reason, ReasonCode::Success);
      EXPECT_EQ(packet->properties.reason_string.has_value(), bytes == &whole);
      EXPECT_EQ(packet->properties.user_properties.size(), bytes == &whole ? 1U : 0U);
    }
  }
}

TEST(DecodeAck, HasExactlyTwoBytesInVersion3) {
  for (const Version version : kVersions3) {
    for (const unsigned first : kAcks) {
      EXPECT_EQ(reason_for(packet(first, {u16(5)}), version), ReasonCode::Success);
      EXPECT_EQ(reason_for(packet(first, {u16(5), u8(0)}), version), ReasonCode::MalformedPacket);
      EXPECT_EQ(reason_for(packet(first, {u16(0)}), version), ReasonCode::MalformedPacket);
    }
  }
}

TEST(DecodeAck, RefusesPacketIdentifierZero) {
  for (const unsigned first : kAcks) {
    EXPECT_EQ(reason_for(packet(first, {u16(0)}), Version::V5), ReasonCode::ProtocolError);
  }
}

TEST(DecodeAck, RefusesBytesBehindTheProperties) {
  for (const unsigned first : kAcks) {
    EXPECT_EQ(reason_for(packet(first, {u16(5), u8(0), properties({}), u8(0)}), Version::V5),
              ReasonCode::MalformedPacket);
  }
}

// The lists of v5 table 2-6, written out by packet.
TEST(DecodeAck, KnowsTheReasonCodesOfEachPacketOnly) {
  const std::set<unsigned> publish_acks = {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
  const std::set<unsigned> release_acks = {0x00, 0x92};
  const std::map<unsigned, std::set<unsigned>> codes_by_first_byte = {
      {0x20, {0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
              0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F}},
      {0x40, publish_acks},
      {0x50, publish_acks},
      {0x62, release_acks},
      {0x70, release_acks},
      {0x90, {0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2}},
      {0xB0, {0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91}},
      {0xE0,
       {0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93,
        0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2}},
      {0xF0, {0x00, 0x18, 0x19}}};
  for (const auto& [first, codes] : codes_by_first_byte) {
    for (unsigned code = 0; code < 256; ++code) {
      std::string bytes = packet(first, {u16(5), u8(code)});
      if (first == 0x20) bytes = packet(first, {u8(0), u8(code), properties({})});
      if (first == 0x90 || first == 0xB0) bytes = packet(first, {u16(5), properties({}), u8(code)});
      if (first == 0xE0) bytes = packet(first, {u8(code)});
      if (first == 0xF0) {
        bytes = packet(
            first, {u8(code), properties({property(PropertyId::AuthenticationMethod, text("m"))})});
      }
      EXPECT_EQ(reason_for(bytes, Version::V5),
                codes.contains(code) ? ReasonCode::Success : ReasonCode::MalformedPacket)
          << first << " " << code;
    }
  }
}

TEST(DecodeDisconnect, ReadsTheThreeFormsOfVersion5) {
  const std::string shortest = packet(0xE0, {});
  const std::string with_code = packet(0xE0, {u8(0x04)});
  const std::string whole =
      packet(0xE0, {u8(0x8E), properties({property(PropertyId::SessionExpiryInterval, u32(5)),
                                          property(PropertyId::ServerReference, text("other"))})});

  EXPECT_EQ(decode_disconnect(frame_of(shortest), Version::V5)->reason, ReasonCode::Success);
  EXPECT_EQ(decode_disconnect(frame_of(with_code), Version::V5)->reason,
            ReasonCode::DisconnectWithWill);
  const auto packet = decode_disconnect(frame_of(whole), Version::V5);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->reason, ReasonCode::SessionTakenOver);
  EXPECT_EQ(packet->properties.session_expiry_interval, 5U);
  EXPECT_EQ(packet->properties.server_reference, "other");
}

TEST(DecodeDisconnect, IsEmptyInVersion3) {
  for (const Version version : kVersions3) {
    EXPECT_EQ(reason_for(packet(0xE0, {}), version), ReasonCode::Success);
    EXPECT_EQ(reason_for(packet(0xE0, {u8(0)}), version), ReasonCode::MalformedPacket);
  }
}

TEST(DecodeAuth, ReadsMethodAndData) {
  const std::string bytes = packet(
      0xF0, {u8(0x18), properties({property(PropertyId::AuthenticationMethod, text("SCRAM")),
                                   property(PropertyId::AuthenticationData, text("\xFF"))})});

  const auto packet = decode_auth(frame_of(bytes));

  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->reason, ReasonCode::ContinueAuthentication);
  EXPECT_EQ(packet->properties.authentication_method, "SCRAM");
  EXPECT_EQ(packet->properties.authentication_data, "\xFF");
}

// v5 3.15.2.1, 3.15.2.2.2
TEST(DecodeAuth, NeedsAMethodUnlessItIsEmpty) {
  EXPECT_EQ(reason_for(packet(0xF0, {}), Version::V5), ReasonCode::Success);
  EXPECT_EQ(reason_for(packet(0xF0, {u8(0x18)}), Version::V5), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0xF0, {u8(0x18), properties({})}), Version::V5),
            ReasonCode::ProtocolError);
  EXPECT_EQ(
      reason_for(packet(0xF0, {u8(0x18),
                               properties({property(PropertyId::AuthenticationData, text("x"))})}),
                 Version::V5),
      ReasonCode::ProtocolError);
}

TEST(DecodePing, IsEmpty) {
  for (const Version version : {Version::V31, Version::V311, Version::V5}) {
    for (const unsigned first : {0xC0U, 0xD0U}) {
      EXPECT_EQ(reason_for(packet(first, {}), version), ReasonCode::Success);
      EXPECT_EQ(reason_for(packet(first, {u8(0)}), version), ReasonCode::MalformedPacket);
    }
  }
}

TEST(DecodeConnack, ReadsEveryPropertyOfVersion5) {
  const std::string bytes =
      packet(0x20, {u8(1), u8(0),  // Session Present, Success
                    properties({property(PropertyId::SessionExpiryInterval, u32(1)),
                                property(PropertyId::ReceiveMaximum, u16(2)),
                                property(PropertyId::MaximumQos, u8(1)),
                                property(PropertyId::RetainAvailable, u8(0)),
                                property(PropertyId::MaximumPacketSize, u32(3)),
                                property(PropertyId::AssignedClientIdentifier, text("id")),
                                property(PropertyId::TopicAliasMaximum, u16(4)),
                                property(PropertyId::ReasonString, text("r")),
                                property(PropertyId::WildcardSubscriptionAvailable, u8(0)),
                                property(PropertyId::SubscriptionIdentifierAvailable, u8(1)),
                                property(PropertyId::SharedSubscriptionAvailable, u8(0)),
                                property(PropertyId::ServerKeepAlive, u16(5)),
                                property(PropertyId::ResponseInformation, text("i")),
                                property(PropertyId::ServerReference, text("s"))})});

  const auto packet = decode_connack(frame_of(bytes), Version::V5);

  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->session_present);
  EXPECT_EQ(packet->code, 0);
  Properties expected;
  expected.session_expiry_interval = 1;
  expected.receive_maximum = std::uint16_t{2};
  expected.maximum_qos = std::uint8_t{1};
  expected.retain_available = false;
  expected.maximum_packet_size = 3;
  expected.assigned_client_identifier = "id";
  expected.topic_alias_maximum = std::uint16_t{4};
  expected.reason_string = "r";
  expected.wildcard_subscription_available = false;
  expected.subscription_identifier_available = true;
  expected.shared_subscription_available = false;
  expected.server_keep_alive = std::uint16_t{5};
  expected.response_information = "i";
  expected.server_reference = "s";
  EXPECT_EQ(packet->properties, expected);
}

TEST(DecodeConnack, ReadsFlagsAndCodeOfVersion3) {
  const std::string bytes = packet(0x20, {u8(1), u8(0)});
  EXPECT_TRUE(decode_connack(frame_of(bytes), Version::V311)->session_present);
  EXPECT_FALSE(decode_connack(frame_of(bytes), Version::V31)->session_present);
  EXPECT_EQ(reason_for(packet(0x20, {u8(0), u8(5)}), Version::V311), ReasonCode::Success);
  EXPECT_EQ(reason_for(packet(0x20, {u8(0), u8(6)}), Version::V311), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0x20, {u8(0), u8(0), u8(0)}), Version::V311),
            ReasonCode::MalformedPacket);
}

// [MQTT5-3.2.2-1], [MQTT5-3.2.2-6], [MQTT311-3.2.2-4]
TEST(DecodeConnack, RefusesFlagsThatCannotBe) {
  EXPECT_EQ(reason_for(packet(0x20, {u8(2), u8(0), properties({})}), Version::V5),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0x20, {u8(2), u8(0)}), Version::V311), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0x20, {u8(2), u8(0)}), Version::V31), ReasonCode::Success);
  EXPECT_EQ(reason_for(packet(0x20, {u8(1), u8(0x87), properties({})}), Version::V5),
            ReasonCode::ProtocolError);
  EXPECT_EQ(reason_for(packet(0x20, {u8(1), u8(5)}), Version::V311), ReasonCode::ProtocolError);
}

}  // namespace
}  // namespace sluice::mqtt
