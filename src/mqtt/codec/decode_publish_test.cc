#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "mqtt/codec/codec_testing.h"

namespace sluice::mqtt {
namespace {

using namespace testing;

constexpr Version kAllVersions[] = {Version::V31, Version::V311, Version::V5};

Decoded<PublishPacket> decoded_v5(const std::string& bytes, bool from_server = false) {
  return decode_publish(frame_of(bytes), Version::V5, from_server);
}

bool is_inside(ByteView part, const std::string& whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

TEST(DecodePublish, ReadsEveryFieldOfVersion3) {
  const std::string bytes = packet(0x3B,          // DUP, QoS 1, RETAIN
                                   {text("a/b"),  // Topic Name
                                    u16(7),       // Packet Identifier
                                    "payload"});
  for (const Version version : {Version::V31, Version::V311}) {
    const auto packet = decode_publish(frame_of(bytes), version, false);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->dup);
    EXPECT_TRUE(packet->retain);
    EXPECT_EQ(packet->qos, Qos::AtLeastOnce);
    EXPECT_EQ(packet->topic, "a/b");
    EXPECT_EQ(packet->packet_id, 7);
    EXPECT_EQ(packet->payload, "payload");
  }
}

TEST(DecodePublish, ReadsEveryPropertyOfVersion5) {
  const std::string bytes =
      packet(0x34, {text("a"), u16(9),
                    properties({property(PropertyId::PayloadFormatIndicator, u8(1)),
                                property(PropertyId::MessageExpiryInterval, u32(30)),
                                property(PropertyId::TopicAlias, u16(3)),
                                property(PropertyId::ResponseTopic, text("r")),
                                property(PropertyId::CorrelationData, text("\xFF")),
                                property(PropertyId::SubscriptionIdentifier, vbi(200)),
                                property(PropertyId::SubscriptionIdentifier, vbi(1)),
                                property(PropertyId::ContentType, text("json")),
                                user_property("k", "v"), user_property("k", "w")}),
                    "x"});

  const auto packet = decoded_v5(bytes, /*from_server=*/true);

  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->qos, Qos::ExactlyOnce);
  EXPECT_TRUE(packet->properties.payload_is_utf8);
  EXPECT_EQ(packet->properties.message_expiry_interval, 30U);
  EXPECT_EQ(packet->properties.topic_alias, 3);
  EXPECT_EQ(packet->properties.subscription_identifiers, (std::vector<std::uint32_t>{200, 1}));
  EXPECT_EQ(packet->properties.user_property_count, 2);
  EXPECT_EQ(packet->properties.forwarded,
            joined({property(PropertyId::PayloadFormatIndicator, u8(1)),
                    property(PropertyId::ResponseTopic, text("r")),
                    property(PropertyId::CorrelationData, text("\xFF")),
                    property(PropertyId::ContentType, text("json")), user_property("k", "v"),
                    user_property("k", "w")}));
  EXPECT_EQ(packet->payload, "x");
}

TEST(DecodePublish, LeavesForwardedPropertiesInThePacketWhileTheyAreNeighbours) {
  const std::string kept = property(PropertyId::ContentType, text("t")) + user_property("k", "v");
  const std::string alias = property(PropertyId::TopicAlias, u16(1));
  const std::string expiry = property(PropertyId::MessageExpiryInterval, u32(1));
  for (const std::string& section : {kept, alias + kept, kept + alias, alias + kept + expiry}) {
    const std::string bytes = packet(0x30, {text("a"), properties({section}), "x"});
    const auto packet = decoded_v5(bytes);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->properties.forwarded, kept);
    EXPECT_TRUE(is_inside(packet->properties.forwarded, bytes));
  }
}

TEST(DecodePublish, JoinsForwardedPropertiesAroundWhatIsTakenOut) {
  const std::string alias = property(PropertyId::TopicAlias, u16(1));
  const std::string expiry = property(PropertyId::MessageExpiryInterval, u32(1));
  for (int repeat = 0; repeat < 2; ++repeat) {  // the scratch starts afresh
    const std::string bytes =
        packet(0x30, {text("a"), properties({user_property("1", ""), alias, user_property("2", ""),
                                             expiry, user_property("3", "")})});
    const auto packet = decoded_v5(bytes);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->properties.forwarded,
              user_property("1", "") + user_property("2", "") + user_property("3", ""));
  }
}

TEST(DecodePublish, KeepsTheSameSectionAfterALargeOne) {
  const std::string alias = property(PropertyId::TopicAlias, u16(1));
  for (const std::size_t size : {60'000U, 1U}) {
    const std::string value(size, 'v');
    const std::string bytes = packet(
        0x30,
        {text("a"), properties({user_property("1", value), alias, user_property("2", value)})});
    const auto packet = decoded_v5(bytes);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->properties.forwarded, user_property("1", value) + user_property("2", value));
  }
}

// [MQTT311-3.3.1-4], [MQTT5-3.3.1-4]
TEST(DecodePublish, RefusesQos3) {
  for (const Version version : kAllVersions) {
    EXPECT_EQ(reason_for(packet(0x36, {text("a"), u16(1), u8(0)}), version),
              ReasonCode::MalformedPacket);
  }
}

// [MQTT311-3.3.1-2], [MQTT5-3.3.1-2]; MQTT 3.1 ignores it.
TEST(DecodePublish, RefusesDupAtQos0FromVersion311On) {
  const std::string bytes = packet(0x38, {text("a"), u8(0)});
  EXPECT_EQ(reason_for(bytes, Version::V5), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(bytes, Version::V311), ReasonCode::MalformedPacket);
  const auto packet = decode_publish(frame_of(bytes), Version::V31, false);
  ASSERT_TRUE(packet);
  EXPECT_FALSE(packet->dup);
}

// [MQTT311-2.3.1-1], v5 2.2.1
TEST(DecodePublish, RefusesPacketIdentifierZero) {
  const std::string bytes = packet(0x32, {text("a"), u16(0), u8(0)});
  EXPECT_EQ(reason_for(bytes, Version::V5), ReasonCode::ProtocolError);
  EXPECT_EQ(reason_for(bytes, Version::V311), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(bytes, Version::V31), ReasonCode::MalformedPacket);
}

// [MQTT311-3.3.2-2], [MQTT5-3.3.2-2]
TEST(DecodePublish, RefusesWildcardsInTheTopicName) {
  for (const Version version : kAllVersions) {
    EXPECT_EQ(reason_for(packet(0x30, {text("a/+/c"), u8(0)}), version),
              ReasonCode::TopicNameInvalid);
    EXPECT_EQ(reason_for(packet(0x30, {text("#"), u8(0)}), version), ReasonCode::TopicNameInvalid);
  }
}

TEST(DecodePublish, RefusesTopicNamesThatAreNoStrings) {
  using namespace std::string_literals;
  for (const Version version : kAllVersions) {
    for (const std::string& topic : {"a\0b"s, "\xED\xA0\x80"s, "\xFF"s}) {
      EXPECT_EQ(reason_for(packet(0x30, {text(topic), u8(0)}), version),
                ReasonCode::MalformedPacket);
    }
  }
}

// v5 3.3.2.1
TEST(DecodePublish, AcceptsAnEmptyTopicNameOnlyWithAnAlias) {
  EXPECT_EQ(reason_for(packet(0x30, {text(""), properties({})}), Version::V5),
            ReasonCode::ProtocolError);
  EXPECT_EQ(
      reason_for(packet(0x30, {text(""), properties({property(PropertyId::TopicAlias, u16(0))})}),
                 Version::V5),
      ReasonCode::Success);
  EXPECT_EQ(reason_for(packet(0x30, {text("")}), Version::V311), ReasonCode::TopicNameInvalid);
  EXPECT_EQ(reason_for(packet(0x30, {text("")}), Version::V31), ReasonCode::TopicNameInvalid);
}

// [MQTT5-3.3.4-6]
TEST(DecodePublish, RefusesSubscriptionIdentifiersFromAClient) {
  const std::string bytes =
      packet(0x30, {text("a"), properties({property(PropertyId::SubscriptionIdentifier, vbi(1))})});
  EXPECT_EQ(reason_for(bytes, Version::V5, /*from_server=*/false), ReasonCode::ProtocolError);
  EXPECT_EQ(reason_for(bytes, Version::V5, /*from_server=*/true), ReasonCode::Success);
}

// v5 3.3.2.3.2: the connection answers 0x99, so the packet itself is fine.
TEST(DecodePublish, DoesNotLookAtThePayload) {
  const std::string bytes = packet(
      0x30, {text("a"), properties({property(PropertyId::PayloadFormatIndicator, u8(1))}), "\xFF"});
  EXPECT_EQ(reason_for(bytes, Version::V5), ReasonCode::Success);
}

TEST(DecodePublish, CountsUserPropertiesUpToItsLimit) {
  std::string section;
  for (int i = 0; i < 70'000; ++i) section += user_property("", "");
  const std::string bytes = packet(0x30, {text("a"), properties({section})});
  const auto packet = decoded_v5(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->properties.user_property_count, 65'535);
}

TEST(PropertyReader, WalksTheForwardedSectionInOrder) {
  const std::string section = joined({property(PropertyId::PayloadFormatIndicator, u8(1)),
                                      property(PropertyId::CorrelationData, text("")),
                                      user_property("k", "v"), user_property("", "")});
  std::vector<std::tuple<PropertyId, std::string, std::string>> seen;
  for_each_property(section, [&seen](PropertyId id, ByteView value, ByteView second) {
    seen.emplace_back(id, value, second);
  });
  EXPECT_EQ(seen, (decltype(seen){{PropertyId::PayloadFormatIndicator, "\x01", ""},
                                  {PropertyId::CorrelationData, "", ""},
                                  {PropertyId::UserProperty, "k", "v"},
                                  {PropertyId::UserProperty, "", ""}}));
}

}  // namespace
}  // namespace sluice::mqtt
