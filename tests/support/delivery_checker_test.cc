#include "support/delivery_checker.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::delivery {
namespace {

constexpr SubscriberId kSubscriber = 0;
constexpr TopicId kTopic = 3;
constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;

/// One subscriber with a confirmed subscription to kTopic, one publisher.
class DeliveryCheckerTest : public testing::Test {
 protected:
  DeliveryCheckerTest() {
    checker.on_connected(kSubscriber);
    subscribe(kQos2);
  }

  void subscribe(Qos qos) {
    checker.on_subscribing(kSubscriber, kTopic, qos);
    checker.on_subscribed(kSubscriber, kTopic);
  }
  static MessageId id(std::uint64_t number) { return {0, number}; }
  static Sent message(std::uint64_t number, Qos qos = kQos1) {
    return {.message = id(number), .topic = kTopic, .qos = qos, .digest = number};
  }
  void publish(std::uint64_t number, Qos qos = kQos1) {
    checker.on_sent(message(number, qos));
    checker.on_acknowledged(id(number));
  }
  static Received copy(std::uint64_t number, Qos qos = kQos1, std::uint16_t packet_id = 0) {
    return {.subscriber = kSubscriber,
            .message = id(number),
            .topic = kTopic,
            .qos = qos,
            .dup = false,
            .packet_id = packet_id == 0 ? static_cast<std::uint16_t>(number) : packet_id,
            .digest = number};
  }
  static Received again(Received received) {
    received.dup = true;
    return received;
  }
  void receive(std::uint64_t number, Qos qos = kQos1) { checker.on_received(copy(number, qos)); }
  void reconnect() { checker.on_connected(kSubscriber); }

  void set_retained(std::uint64_t number, Retain retain = Retain::Set, Qos qos = kQos1) {
    Sent sent = message(number, qos);
    sent.retain = retain;
    checker.on_sent(sent);
  }
  void send_will(std::uint64_t number) {
    Sent sent = message(number);
    sent.is_will = true;
    checker.on_sent(sent);
  }

  /// Judges, and expects these findings of one kind and none of another.
  void expect_only(FindingKind kind, std::uint64_t count) {
    checker.judge();
    EXPECT_EQ(checker.findings().count(kind), count);
    expect_total(count);
  }
  void expect_nothing() {
    checker.judge();
    expect_total(0);
  }
  void expect_total(std::uint64_t count) {
    EXPECT_EQ(checker.findings().total(), count);
    for (const Finding& finding : checker.findings().kept()) {
      SCOPED_TRACE(std::string(to_string(finding.kind)) + ": " + finding.line);
      EXPECT_NE(count, 0U);
    }
  }

  DeliveryChecker checker;
};

TEST_F(DeliveryCheckerTest, AcceptsEverythingOnceAndInOrder) {
  publish(1);
  publish(2, kQos2);
  receive(1);
  receive(2, kQos2);
  expect_nothing();
  EXPECT_EQ(checker.totals().acknowledged, 2U);
  EXPECT_EQ(checker.totals().received, 2U);
}

TEST_F(DeliveryCheckerTest, FindsALostMessageOnce) {
  publish(1);
  EXPECT_EQ(checker.missing(kSubscriber), 1U);
  checker.judge();
  expect_only(FindingKind::Lost, 1);
  EXPECT_EQ(checker.missing(kSubscriber), 0U);
  EXPECT_EQ(checker.findings().kept()[0].line,
            "message 1 of publisher 0 (topic 3, QoS 1) was acknowledged and never reached "
            "subscriber 0");
}

TEST_F(DeliveryCheckerTest, OwesNothingThatWasNotAcknowledged) {
  checker.on_sent(message(1));
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, MayDeliverWhatWasNotAcknowledged) {
  checker.on_sent(message(1));
  receive(1);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, OwesNothingSentBeforeTheSuback) {
  checker.on_subscribing(1, kTopic, kQos2);
  publish(1);
  checker.on_subscribed(1, kTopic);
  receive(1);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, OwesNothingAcknowledgedAfterTheUnsubscribe) {
  checker.on_sent(message(1));
  checker.on_unsubscribing(kSubscriber, kTopic);
  checker.on_acknowledged(id(1));
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, OwesWhatWasAcknowledgedBeforeTheUnsubscribe) {
  publish(1);
  checker.on_unsubscribing(kSubscriber, kTopic);
  checker.on_unsubscribed(kSubscriber, kTopic);
  expect_only(FindingKind::Lost, 1);
}

TEST_F(DeliveryCheckerTest, FindsAMessageSentAfterTheUnsuback) {
  checker.on_unsubscribing(kSubscriber, kTopic);
  checker.on_unsubscribed(kSubscriber, kTopic);
  publish(1);
  receive(1);
  expect_only(FindingKind::Phantom, 1);
}

TEST_F(DeliveryCheckerTest, OwesNothingAfterTheSessionEndedOnPurpose) {
  checker.on_session_ended(kSubscriber);
  publish(1);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsALostSessionAndWhatItHeld) {
  publish(1);
  checker.on_session_lost(kSubscriber, "subscriber 0");
  EXPECT_EQ(checker.findings().count(FindingKind::SessionLost), 1U);
  EXPECT_EQ(checker.findings().count(FindingKind::Lost), 1U);
  subscribe(kQos2);
  publish(2);
  receive(2);
  checker.judge();
  EXPECT_EQ(checker.findings().total(), 2U);
}

TEST_F(DeliveryCheckerTest, FindsAQos2Duplicate) {
  publish(1, kQos2);
  receive(1, kQos2);
  checker.on_released(kSubscriber, 1);
  checker.on_broker_crashed();
  reconnect();
  checker.on_received(again(copy(1, kQos2, 9)));
  expect_only(FindingKind::Duplicate, 1);
}

TEST_F(DeliveryCheckerTest, AllowsAQos2RepeatBeforeItsRelease) {
  publish(1, kQos2);
  receive(1, kQos2);
  reconnect();
  checker.on_received(again(copy(1, kQos2)));
  expect_nothing();
  EXPECT_EQ(checker.totals().repeats, 1U);
}

TEST_F(DeliveryCheckerTest, FindsAQos2RepeatWithoutDup) {
  publish(1, kQos2);
  receive(1, kQos2);
  reconnect();
  receive(1, kQos2);
  expect_only(FindingKind::Duplicate, 1);
}

TEST_F(DeliveryCheckerTest, FindsAPacketIdentifierUsedTwice) {
  publish(1, kQos2);
  publish(2, kQos2);
  receive(1, kQos2);
  checker.on_received(copy(2, kQos2, 1));
  checker.judge();
  EXPECT_EQ(checker.findings().count(FindingKind::Phantom), 1U);
  EXPECT_EQ(checker.findings().count(FindingKind::Lost), 1U);
}

TEST_F(DeliveryCheckerTest, AllowsAQos1RepeatWithDupAfterAReconnect) {
  publish(1);
  receive(1);
  reconnect();
  checker.on_received(again(copy(1)));
  expect_nothing();
  EXPECT_EQ(checker.totals().repeats, 1U);
  EXPECT_EQ(checker.totals().repeats_without_dup, 0U);
}

TEST_F(DeliveryCheckerTest, FindsAQos1RepeatWithoutDup) {
  publish(1);
  receive(1);
  reconnect();
  receive(1);
  expect_only(FindingKind::Duplicate, 1);
}

TEST_F(DeliveryCheckerTest, FindsAQos1RepeatWithinOneConnection) {
  publish(1);
  receive(1);
  checker.on_received(again(copy(1)));
  expect_only(FindingKind::Duplicate, 1);
}

TEST_F(DeliveryCheckerTest, AllowsAQos1RepeatWithoutDupThatACrashMadeNew) {
  checker.on_sent(message(1));
  receive(1);
  checker.on_broker_crashed();
  checker.on_acknowledged(message(1).message);
  reconnect();
  receive(1);
  expect_nothing();
  EXPECT_EQ(checker.totals().repeats_without_dup, 1U);
}

TEST_F(DeliveryCheckerTest, FindsAQos1RepeatWithoutDupOfWhatWasDurableBeforeTheCrash) {
  publish(1);
  receive(1);
  checker.on_broker_crashed();
  reconnect();
  receive(1);
  expect_only(FindingKind::Duplicate, 1);
}

TEST_F(DeliveryCheckerTest, JudgesNoOrderOfWhatMayBeLate) {
  publish(1);
  publish(2);
  receive(2);
  auto late = copy(1);
  late.may_be_late = true;
  checker.on_received(late);
  checker.judge();
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, AllowsAQos1RepeatThatThePublisherCaused) {
  checker.on_sent(message(1));
  publish(1);
  receive(1);
  receive(1);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, AllowsACopyThatThePublisherCausedBehindARepeat) {
  checker.on_sent(message(1));
  publish(1);
  receive(1);
  reconnect();
  checker.on_received(again(copy(1)));
  receive(1);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsAQos2RepeatThatThePublisherCaused) {
  checker.on_sent(message(1, kQos2));
  publish(1, kQos2);
  receive(1, kQos2);
  checker.on_released(kSubscriber, 1);
  receive(1, kQos2);
  expect_only(FindingKind::Duplicate, 1);
}

TEST_F(DeliveryCheckerTest, FindsAWrongOrder) {
  publish(1);
  publish(2);
  receive(2);
  receive(1);
  expect_only(FindingKind::Reordered, 1);
}

TEST_F(DeliveryCheckerTest, AllowsAnyOrderBetweenQos1AndQos2) {
  publish(1);
  publish(2, kQos2);
  receive(2, kQos2);
  receive(1);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, AllowsRepeatsBehindLaterMessages) {
  publish(1);
  publish(2);
  receive(1);
  receive(2);
  reconnect();
  checker.on_received(again(copy(1)));
  checker.on_received(again(copy(2)));
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsRepeatsInAWrongOrder) {
  publish(1);
  publish(2);
  receive(1);
  receive(2);
  reconnect();
  checker.on_received(again(copy(2)));
  checker.on_received(again(copy(1)));
  expect_only(FindingKind::Reordered, 1);
}

TEST_F(DeliveryCheckerTest, FindsWhatWasNeverSent) {
  receive(1);
  expect_only(FindingKind::Phantom, 1);
}

TEST_F(DeliveryCheckerTest, FindsWhatCannotBeRead) {
  Received received = copy(1);
  received.message.reset();
  checker.on_received(received);
  expect_only(FindingKind::Phantom, 1);
}

TEST_F(DeliveryCheckerTest, FindsWrongBytes) {
  checker.on_sent(message(1));
  Received received = copy(1);
  received.digest = 99;
  checker.on_received(received);
  expect_only(FindingKind::Phantom, 1);
}

TEST_F(DeliveryCheckerTest, FindsADeliveryNobodyAskedFor) {
  checker.on_sent(message(1));
  Received received = copy(1);
  received.subscriber = 1;
  checker.on_received(received);
  expect_only(FindingKind::Phantom, 1);
}

TEST_F(DeliveryCheckerTest, FindsADeliveryWithAWrongQos) {
  checker.on_sent(message(1));
  receive(1, kQos2);
  expect_only(FindingKind::Phantom, 1);
}

TEST_F(DeliveryCheckerTest, TakesStuckFromTheHarness) {
  checker.on_stuck("subscriber 0 got nothing for 10 s");
  expect_only(FindingKind::Stuck, 1);
}

TEST_F(DeliveryCheckerTest, AcceptsTheLastAcknowledgedRetainedValueAndLaterOnes) {
  set_retained(1);
  set_retained(2);
  checker.on_acknowledged(id(1));
  receive(1);
  checker.on_retained_value(kTopic, copy(1), checker.now());
  checker.on_retained_value(kTopic, copy(2), checker.now());
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsAStaleRetainedValue) {
  set_retained(1);
  set_retained(2);
  checker.on_acknowledged(id(1));
  checker.on_acknowledged(id(2));
  receive(1);
  receive(2);
  checker.on_retained_value(kTopic, copy(1), checker.now());
  expect_only(FindingKind::RetainedStale, 1);
}

TEST_F(DeliveryCheckerTest, AcceptsAQos2RetainedValueWhoseFirstTransmissionMayBeLost) {
  set_retained(1);
  set_retained(2, Retain::Set, kQos2);
  set_retained(1);
  set_retained(2, Retain::Set, kQos2);
  checker.on_acknowledged(id(1));
  checker.on_acknowledged(id(2));
  receive(1);
  receive(2, kQos2);
  checker.on_retained_value(kTopic, copy(2, kQos2), checker.now());
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, AcceptsAQos1RetainedValueThatWasSentAgainBehindOneOfQos2) {
  set_retained(1);
  set_retained(2, Retain::Set, kQos2);
  set_retained(1);
  set_retained(2, Retain::Set, kQos2);
  checker.on_acknowledged(id(1));
  checker.on_acknowledged(id(2));
  receive(1);
  receive(2, kQos2);
  checker.on_retained_value(kTopic, copy(1), checker.now());
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsAStaleRetainedValueAfterBothWereSentAgain) {
  set_retained(1);
  set_retained(2);
  set_retained(1);
  set_retained(2);
  checker.on_acknowledged(id(1));
  checker.on_acknowledged(id(2));
  receive(1);
  receive(2);
  checker.on_retained_value(kTopic, copy(1), checker.now());
  expect_only(FindingKind::RetainedStale, 1);
}

TEST_F(DeliveryCheckerTest, AcceptsTheOlderRetainedValueWhenTheQuestionCameFirst) {
  set_retained(1);
  checker.on_acknowledged(id(1));
  receive(1);
  const auto asked = checker.now();
  set_retained(2);
  checker.on_acknowledged(id(2));
  receive(2);
  checker.on_retained_value(kTopic, copy(1), asked);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsAMissingRetainedValue) {
  checker.on_retained_value(kTopic, std::nullopt, checker.now());
  expect_total(0);
  set_retained(1);
  checker.on_acknowledged(id(1));
  receive(1);
  checker.on_retained_value(kTopic, std::nullopt, checker.now());
  expect_only(FindingKind::RetainedStale, 1);
}

TEST_F(DeliveryCheckerTest, AcceptsAnEmptyTopicThatMayHaveBeenCleared) {
  set_retained(1);
  checker.on_acknowledged(id(1));
  receive(1);
  set_retained(2, Retain::Clear);
  checker.on_retained_value(kTopic, std::nullopt, checker.now());
  checker.on_retained_value(kTopic, copy(1), checker.now());
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsARetainedValueNobodySent) {
  checker.on_retained_value(kTopic, copy(1), checker.now());
  expect_only(FindingKind::Phantom, 1);
}

TEST_F(DeliveryCheckerTest, FindsALostWill) {
  send_will(1);
  checker.on_will_due(id(1));
  expect_only(FindingKind::WillLost, 1);
}

TEST_F(DeliveryCheckerTest, OwesNoWillThatIsNotDue) {
  send_will(1);
  expect_nothing();
}

TEST_F(DeliveryCheckerTest, FindsAWillThatCameTwice) {
  send_will(1);
  checker.on_will_due(id(1));
  receive(1);
  receive(1);
  expect_only(FindingKind::Duplicate, 1);
}

TEST_F(DeliveryCheckerTest, CountsEveryFindingAndKeepsTheFirst) {
  constexpr std::uint64_t kMany = Findings::kKeptMax + 5;
  for (std::uint64_t number = 1; number <= kMany; ++number) publish(number);
  checker.judge();
  EXPECT_EQ(checker.findings().count(FindingKind::Lost), kMany);
  EXPECT_EQ(checker.findings().kept().size(), Findings::kKeptMax);
}

}  // namespace
}  // namespace sluice::delivery
