#include "broker/publish_writer.h"

#include <gtest/gtest.h>

#include "broker/testing/messages.h"
#include "mqtt/codec/codec_testing.h"

namespace sluice::broker {
namespace {

using mqtt::PropertyId;
using mqtt::Version;
using mqtt::testing::packet;
using mqtt::testing::properties;
using mqtt::testing::property;
using mqtt::testing::text;
using mqtt::testing::u16;
using mqtt::testing::u32;
using mqtt::testing::vbi;

constexpr Instant kNow{milliseconds{1'000'000}};

/// Keeps what it is sent, by piece.
class Recorder final : public Link {
 public:
  std::string bytes;
  std::vector<OutputPiece> pieces;

  void send(std::span<const OutputPiece> sent) override {
    for (const OutputPiece& piece : sent) {
      bytes += piece.bytes;
      pieces.push_back(piece);
    }
  }
  std::size_t unsent() const override { return 0; }
  void set_reading(bool) override {}
  void close() override {}
  void hand_over(ShardId) override {}
  void connected() override {}
  std::string peer_address() const override { return {}; }
};

class PublishWriter : public ::testing::Test {
 protected:
  WriteResult write(const Delivery& delivery, std::uint16_t packet_id = 0, bool dup = false) {
    return write_publish(output, delivery, packet_id, dup, receiver, kNow);
  }
  std::string sent() {
    Recorder recorder;
    output.send_to(recorder);
    return recorder.bytes;
  }
  static Delivery make(MessageParts parts, mqtt::Qos qos = mqtt::Qos::AtMostOnce) {
    Delivery made;
    made.message = Message::make(parts);
    made.qos = qos;
    return made;
  }

  Output output;
  Receiver receiver;
};

TEST_F(PublishWriter, WritesMqtt311) {
  write(make({"a/b", "ignored", "hi"}));

  EXPECT_EQ(sent(), packet(0x30, {text("a/b"), "hi"}));
}

TEST_F(PublishWriter, WritesFlagsAndThePacketIdentifier) {
  Delivery delivery = make({"a/b", "", "hi"}, mqtt::Qos::ExactlyOnce);
  delivery.retain = true;

  write(delivery, 0x1234, true);

  EXPECT_EQ(sent(), packet(0x3D, {text("a/b"), u16(0x1234), "hi"}));
}

TEST_F(PublishWriter, WritesMqtt5WithoutProperties) {
  receiver.version = Version::V5;

  write(make({"a/b", "", "hi"}, mqtt::Qos::AtLeastOnce), 7);

  EXPECT_EQ(sent(), packet(0x32, {text("a/b"), u16(7), vbi(0), "hi"}));
}

TEST_F(PublishWriter, WritesMqtt5WithAllProperties) {
  OutgoingAliases aliases(10);
  receiver = {Version::V5, mqtt::kLargestPacket, &aliases};
  const std::string forwarded = mqtt::testing::user_property("k", "v");
  Delivery delivery = make({"a/long/topic", forwarded, "hi", {}, false, kNow + milliseconds{1500}});
  delivery.subscription_id = 1;
  delivery.more_subscription_ids = std::make_unique<std::vector<std::uint32_t>>();
  *delivery.more_subscription_ids = {200, 268'435'455};
  const std::string ids = property(PropertyId::SubscriptionIdentifier, vbi(1)) +
                          property(PropertyId::SubscriptionIdentifier, vbi(200)) +
                          property(PropertyId::SubscriptionIdentifier, vbi(268'435'455));
  const std::string before = property(PropertyId::MessageExpiryInterval, u32(2)) +
                             property(PropertyId::TopicAlias, u16(1)) + ids + forwarded;

  write(delivery);
  EXPECT_EQ(sent(), packet(0x30, {text("a/long/topic"), properties({before}), "hi"}));
  write(delivery);

  EXPECT_EQ(sent(), packet(0x30, {text(""), properties({before}), "hi"}));
}

TEST_F(PublishWriter, LeavesMqtt311WithoutTheExpiryInterval) {
  write(make({"t", "", "hi", {}, false, kNow + seconds{5}}));

  EXPECT_EQ(sent(), packet(0x30, {text("t"), "hi"}));
}

TEST_F(PublishWriter, RefusesWhatIsLargerThanTheClientTakesAndSpendsNoAlias) {
  OutgoingAliases aliases(10);
  receiver = {Version::V5, 0, &aliases};
  const Delivery delivery = make({"a/long/topic", "", std::string(50, 'x')});
  const auto whole = static_cast<std::uint32_t>(2 + 2 + 12 + 1 + 3 + 50);

  receiver.packet_size_max = whole - 1;
  EXPECT_EQ(write(delivery), WriteResult::TooLarge);
  EXPECT_FALSE(output.has_output());
  EXPECT_FALSE(aliases.look_up("a/long/topic").is_known);
  receiver.packet_size_max = whole;

  EXPECT_EQ(write(delivery), WriteResult::Written);
  EXPECT_EQ(sent().size(), whole);
}

TEST_F(PublishWriter, RefersToALargePayload) {
  const Delivery delivery = make({"t", "", std::string(100'000, 'x')});
  write(delivery);
  write(make({"t", "", "small"}));

  Recorder recorder;
  output.send_to(recorder);

  ASSERT_EQ(recorder.pieces.size(), 3u);
  EXPECT_EQ(recorder.pieces[1].bytes.data(), delivery.message->payload().data());
  EXPECT_EQ(recorder.pieces[1].owner, delivery.message);
  EXPECT_EQ(recorder.bytes, packet(0x30, {text("t"), std::string(100'000, 'x')}) +
                                packet(0x30, {text("t"), "small"}));
  EXPECT_FALSE(output.has_output());
}

TEST_F(PublishWriter, RefersToLargePropertiesAsWell) {
  receiver.version = Version::V5;
  std::string forwarded;
  for (int i = 0; i < 10; ++i) {
    forwarded += mqtt::testing::user_property("k", std::string(60'000, 'v'));
  }

  ASSERT_EQ(write(make({"t", forwarded, "small"})), WriteResult::Written);
  ASSERT_EQ(write(make({"t", forwarded, std::string(100'000, 'x')})), WriteResult::Written);

  EXPECT_EQ(sent(),
            packet(0x30, {text("t"), properties({forwarded}), "small"}) +
                packet(0x30, {text("t"), properties({forwarded}), std::string(100'000, 'x')}));
}

TEST_F(PublishWriter, AsksForRoomWhenTheOutputIsFull) {
  const Delivery delivery = make({"t", "", std::string(8'000, 'x')});
  WriteResult result = WriteResult::Written;
  std::size_t written = 0;
  while ((result = write(delivery)) == WriteResult::Written) ++written;

  EXPECT_EQ(result, WriteResult::NoRoom);
  EXPECT_EQ(sent().size(), written * (1 + 2 + 3 + 8'000));
  EXPECT_EQ(write(delivery), WriteResult::Written);
}

}  // namespace
}  // namespace sluice::broker
