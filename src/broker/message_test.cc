#include "broker/message.h"

#include <gtest/gtest.h>

namespace sluice::broker {
namespace {

MessagePtr make(const std::string& payload) {
  return Message::make(
      {"topic", "properties", payload, mqtt::Qos::ExactlyOnce, true, Instant{milliseconds{5}}, 42});
}

TEST(Message, HoldsItsPartsInlineOrApart) {
  for (std::size_t size : {0u, 10u, 100'000u}) {
    const std::string payload(size, 'x');

    const MessagePtr message = make(payload);

    EXPECT_EQ(message->topic(), "topic");
    EXPECT_EQ(message->properties(), "properties");
    EXPECT_EQ(message->payload(), payload);
    EXPECT_EQ(message->qos(), mqtt::Qos::ExactlyOnce);
    EXPECT_TRUE(message->retain());
    EXPECT_EQ(message->publisher(), 42u);
    EXPECT_EQ(message->size(), sizeof(Message) + 15 + size);
  }
}

TEST(Message, ASmallCloneHasItsOwnBytes) {
  MessagePtr message = make("payload");
  const MessagePtr copy = message->clone();

  EXPECT_NE(copy->payload().data(), message->payload().data());
  message.reset();

  EXPECT_EQ(copy->payload(), "payload");
  EXPECT_EQ(copy->topic(), "topic");
  EXPECT_EQ(copy->publisher(), 42u);
  EXPECT_EQ(copy->expires(), Instant{milliseconds{5}});
}

TEST(Message, ALargeCloneSharesTheBytesAndOutlivesTheOriginal) {
  const std::string payload(100'000, 'x');
  MessagePtr message = make(payload);
  const MessagePtr copy = message->clone();

  EXPECT_EQ(copy->payload().data(), message->payload().data());
  message.reset();

  EXPECT_EQ(copy->payload(), payload);
  EXPECT_TRUE(copy->retain());
}

TEST(Message, ExpiresAtItsMoment) {
  const MessagePtr message = make("x");

  EXPECT_FALSE(message->is_expired(Instant{milliseconds{4}}));
  EXPECT_TRUE(message->is_expired(Instant{milliseconds{5}}));
  EXPECT_FALSE(Message::make({"t", "", "x"})->is_expired(Instant{milliseconds{5}}));
}

}  // namespace
}  // namespace sluice::broker
