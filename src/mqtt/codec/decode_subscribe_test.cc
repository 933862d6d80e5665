#include <gtest/gtest.h>

#include "mqtt/codec/codec_testing.h"

namespace sluice::mqtt {
namespace {

using namespace testing;

constexpr Version kVersions3[] = {Version::V31, Version::V311};

TEST(DecodeSubscribe, ReadsFiltersAndOptionsOfVersion5) {
  const std::string bytes = packet(
      0x82, {u16(10),
             properties({property(PropertyId::SubscriptionIdentifier, vbi(268'435'455)),
                         user_property("k", "v")}),
             text("a/#"), u8(0x2E),  // Retain Handling 2, Retain As Published, No Local, QoS 2
             text("+"), u8(0x11)});  // Retain Handling 1, QoS 1

  const auto packet = decode_subscribe(frame_of(bytes), Version::V5);

  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->packet_id, 10);
  EXPECT_EQ(packet->properties.subscription_identifier, 268'435'455U);
  EXPECT_EQ(packet->properties.user_properties, (std::vector<StringPair>{{"k", "v"}}));
  EXPECT_EQ(packet->subscriptions,
            (std::vector<SubscriptionRequest>{
                {"a/#", Qos::ExactlyOnce, true, true, RetainHandling::DoNotSend},
                {"+", Qos::AtLeastOnce, false, false, RetainHandling::SendIfNew}}));
}

TEST(DecodeSubscribe, ReadsFiltersOfVersion3) {
  const std::string bytes = packet(0x82, {u16(1), text("a"), u8(2), text("b"), u8(0)});
  for (const Version version : kVersions3) {
    const auto packet = decode_subscribe(frame_of(bytes), version);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->packet_id, 1);
    EXPECT_EQ(packet->subscriptions,
              (std::vector<SubscriptionRequest>{{"a", Qos::ExactlyOnce}, {"b", Qos::AtMostOnce}}));
  }
}

// [MQTT5-3.8.3-5], v5 3.8.3.1
TEST(DecodeSubscribe, RefusesBadOptionsOfVersion5) {
  const auto reason = [](unsigned options) {
    return reason_for(packet(0x82, {u16(1), properties({}), text("a"), u8(options)}), Version::V5);
  };
  EXPECT_EQ(reason(0x40), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(0x80), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason(0x03), ReasonCode::ProtocolError);
  EXPECT_EQ(reason(0x30), ReasonCode::ProtocolError);
}

// [MQTT311-3.8.3-4]
TEST(DecodeSubscribe, RefusesEverythingButThreeQosBytesInVersion3) {
  for (const Version version : kVersions3) {
    for (unsigned options = 3; options < 256; ++options) {
      EXPECT_EQ(reason_for(packet(0x82, {u16(1), text("a"), u8(options)}), version),
                ReasonCode::MalformedPacket);
    }
  }
}

// [MQTT311-3.8.3-3], [MQTT311-3.10.3-2], [MQTT5-3.8.3-2], [MQTT5-3.10.3-2]
TEST(DecodeSubscribe, RefusesAnEmptyPayload) {
  for (const unsigned first : {0x82U, 0xA2U}) {
    EXPECT_EQ(reason_for(packet(first, {u16(1), properties({})}), Version::V5),
              ReasonCode::ProtocolError);
    EXPECT_EQ(reason_for(packet(first, {u16(1)}), Version::V311), ReasonCode::ProtocolError);
    EXPECT_EQ(reason_for(packet(first, {u16(1)}), Version::V31), ReasonCode::ProtocolError);
  }
}

TEST(DecodeSubscribe, RefusesPacketIdentifierZero) {
  EXPECT_EQ(reason_for(packet(0x82, {u16(0), properties({}), text("a"), u8(0)}), Version::V5),
            ReasonCode::ProtocolError);
  EXPECT_EQ(reason_for(packet(0x82, {u16(0), text("a"), u8(0)}), Version::V311),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0xA2, {u16(0), properties({}), text("a")}), Version::V5),
            ReasonCode::ProtocolError);
  EXPECT_EQ(reason_for(packet(0xA2, {u16(0), text("a")}), Version::V311),
            ReasonCode::MalformedPacket);
}

TEST(DecodeSubscribe, RefusesFiltersThatAreNoStrings) {
  EXPECT_EQ(reason_for(packet(0x82, {u16(1), text("\xFF"), u8(0)}), Version::V311),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0xA2, {u16(1), text("\xFF")}), Version::V311),
            ReasonCode::MalformedPacket);
}

TEST(DecodeUnsubscribe, ReadsFiltersOfEveryVersion) {
  const std::string bytes_v5 =
      packet(0xA2, {u16(3), properties({user_property("k", "v")}), text("a"), text("b/+")});
  const std::string bytes_v3 = packet(0xA2, {u16(3), text("a"), text("b/+")});

  const auto v5 = decode_unsubscribe(frame_of(bytes_v5), Version::V5);
  ASSERT_TRUE(v5);
  EXPECT_EQ(v5->packet_id, 3);
  EXPECT_EQ(v5->filters, (std::vector<ByteView>{"a", "b/+"}));
  EXPECT_EQ(v5->properties.user_properties.size(), 1U);
  for (const Version version : kVersions3) {
    const auto v3 = decode_unsubscribe(frame_of(bytes_v3), version);
    ASSERT_TRUE(v3);
    EXPECT_EQ(v3->filters, v5->filters);
  }
}

TEST(DecodeSubscribeAck, ReadsCodesOfVersion5) {
  const std::string bytes = packet(
      0x90,
      {u16(4), properties({property(PropertyId::ReasonString, text("no"))}), u8(2), u8(0x87)});

  const auto packet = decode_subscribe_ack(frame_of(bytes), Version::V5);

  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->type, PacketType::Suback);
  EXPECT_EQ(packet->packet_id, 4);
  EXPECT_EQ(packet->properties.reason_string, "no");
  EXPECT_EQ(packet->codes,
            (std::vector<ReasonCode>{ReasonCode::GrantedQos2, ReasonCode::NotAuthorized}));
}

// [MQTT311-3.9.3-2]
TEST(DecodeSubscribeAck, KnowsFourCodesInVersion3) {
  for (unsigned code = 0; code < 256; ++code) {
    const bool is_known = code <= 2 || code == 0x80;
    EXPECT_EQ(reason_for(packet(0x90, {u16(4), u8(code)}), Version::V311),
              is_known ? ReasonCode::Success : ReasonCode::MalformedPacket);
  }
}

TEST(DecodeSubscribeAck, HasNoCodesInAnUnsubackOfVersion3) {
  for (const Version version : kVersions3) {
    EXPECT_EQ(reason_for(packet(0xB0, {u16(4)}), version), ReasonCode::Success);
    EXPECT_EQ(reason_for(packet(0xB0, {u16(4), u8(0)}), version), ReasonCode::MalformedPacket);
  }
}

TEST(DecodeSubscribeAck, RefusesToHaveNoCodesElsewhere) {
  EXPECT_EQ(reason_for(packet(0x90, {u16(4)}), Version::V311), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0x90, {u16(4), properties({})}), Version::V5),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0xB0, {u16(4), properties({})}), Version::V5),
            ReasonCode::MalformedPacket);
}

}  // namespace
}  // namespace sluice::mqtt
