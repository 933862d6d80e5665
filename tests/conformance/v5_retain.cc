#include "support/conformance.h"

namespace sluice::conformance {

// The RETAIN flag, v5 3.3.1.3, and the Subscription Options about it, v5 3.8.3.1.

// Covers: MQTT5-3.3.1-5, MQTT5-3.3.1-9
CONFORMANCE_TEST(MQTT5_3_3_1_5, RetainReplacesTheStoredMessage) {
  Peer pub = connected("pub");
  pub.published(publish(topic("a"), "old", Qos::AtLeastOnce, 1).retain());
  pub.published(publish(topic("a"), "new", Qos::ExactlyOnce, 2).retain());

  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);

  const Received message = sub.receives_message("new");
  EXPECT_TRUE(message.retain);
  EXPECT_EQ(message.qos, Qos::ExactlyOnce);
  sub.acknowledges(message).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_1_5, RetainedMessageKeepsItsProperties) {
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1)
                                 .retain()
                                 .with(PropertyId::ContentType, "type")
                                 .user_property("n", "v"));

  const Received message = connected("sub").subscribed(topic("a")).receives_message("x");

  EXPECT_EQ(message.value(PropertyId::ContentType), "type");
  EXPECT_EQ(message.user_properties().size(), 1U);
}

// Covers: MQTT5-3.3.1-6, MQTT5-3.3.1-7
CONFORMANCE_TEST(MQTT5_3_3_1_6, EmptyRetainedMessageIsDeliveredAndRemoves) {
  Peer watcher = connected("watcher").subscribed(topic("a"));
  Peer pub = connected("pub");
  pub.published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());
  watcher.receives_message("x");

  pub.published(publish(topic("a"), "", Qos::AtLeastOnce, 2).retain());

  const Received removal = watcher.receives_message("");
  EXPECT_FALSE(removal.retain);
  connected("sub").subscribed(topic("a")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_1_8, OrdinaryMessageLeavesTheRetainedOneAlone) {
  Peer pub = connected("pub");
  pub.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  pub.published(topic("a"), "passing", Qos::AtLeastOnce);
  pub.published(topic("a"), "", Qos::AtLeastOnce);
  pub.published(topic("b"), "never kept", Qos::AtLeastOnce);

  Peer sub = connected("sub").subscribed(topic("+"));

  sub.receives_message("kept");
  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_1_9, EveryMatchingRetainedMessageIsSent) {
  Peer pub = connected("pub");
  for (const char* name : {"a", "a/b", "a/b/c", "d"}) {
    pub.published(publish(topic(name), name, Qos::AtLeastOnce, 1).retain());
  }

  Peer sub = connected("sub").subscribed(topic("a/#"));

  std::vector<std::string> payloads = sub.receives_messages(3);
  std::sort(payloads.begin(), payloads.end());
  EXPECT_EQ(payloads, (std::vector<std::string>{"a", "a/b", "a/b/c"}));
  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_1_10, SendIfNewKeepsSilentForAKnownSubscription) {
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());
  const Filter filter{.filter = topic("a"), .retain_handling = RetainHandling::SendIfNew};
  Peer sub = connected(persistent("sub"));

  sub.subscribed(filter).receives_message("x");
  sub.subscribed(filter).expects_nothing_more();
  sub.unsubscribed(topic("a")).subscribed(filter).receives_message("x");
  sub.disconnects();
  connected(persistent("sub", false)).subscribed(filter).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_1_9, SendAlwaysRepeatsForAKnownSubscription) {
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());
  Peer sub = connected("sub");

  sub.subscribed(topic("a")).receives_message("x");
  sub.subscribed(topic("a")).receives_message("x");

  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_1_11, DoNotSendKeepsSilent) {
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());
  Peer sub = connected("sub");

  sub.subscribed(Filter{.filter = topic("a"), .retain_handling = RetainHandling::DoNotSend});

  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_1_12, RetainIsClearedForAnEstablishedSubscription) {
  Peer sub = connected("sub").subscribed(topic("a"));

  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());

  EXPECT_FALSE(sub.receives_message("x").retain);
}

CONFORMANCE_TEST(MQTT5_3_3_1_13, RetainAsPublishedKeepsTheFlagOfThePublisher) {
  Peer sub = connected("sub");
  sub.subscribed(Filter{.filter = topic("a"), .retain_as_published = true});
  Peer pub = connected("pub");

  pub.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  pub.published(topic("a"), "passing", Qos::AtLeastOnce);

  EXPECT_TRUE(sub.receives_message("kept").retain);
  EXPECT_FALSE(sub.receives_message("passing").retain);
}

CONFORMANCE_TEST(MQTT5_3_3_1_13, RetainAsPublishedSurvivesTheQueue) {
  Peer sub = connected(persistent("sub"));
  sub.subscribed(
      Filter{.filter = topic("a"), .qos = Qos::AtLeastOnce, .retain_as_published = true});
  sub.disconnects();
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());

  const Received message = connected(persistent("sub", false)).receives_message("x");

  EXPECT_TRUE(message.retain);
}

CONFORMANCE_TEST(MQTT5_3_8_4_8, RetainedMessageComesWithTheLowerQos) {
  Peer pub = connected("pub");
  pub.published(publish(topic("a"), "x", Qos::ExactlyOnce, 1).retain());

  const Received lower =
      connected("one").subscribed(topic("a"), Qos::AtLeastOnce).receives_publish();
  const Received lowest =
      connected("two").subscribed(topic("a"), Qos::AtMostOnce).receives_publish();

  EXPECT_EQ(lower.qos, Qos::AtLeastOnce);
  EXPECT_EQ(lowest.qos, Qos::AtMostOnce);
}

CONFORMANCE_TEST(MQTT5_3_3_1_5, RetainedMessageOutlivesItsPublisher) {
  Peer pub = connected("pub");
  pub.published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());
  pub.disconnects();

  EXPECT_TRUE(connected("sub").subscribed(topic("a")).receives_message("x").retain);
}

CONFORMANCE_TEST(MQTT5_3_3_1_5, RetainedMessageIsThereOnceItIsAcknowledged) {
  // Many clients and topics, so that publisher, subscriber and stored message meet on any two
  // shards.
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    Peer pub = connected("pub" + n);
    Peer sub = connected("sub" + n);
    SCOPED_TRACE(n);

    pub.sends(publish(topic(n), n, Qos::AtLeastOnce, 1).retain()).receives(PacketType::Puback);
    sub.subscribed(topic(n));

    sub.receives_message(n);
  }
}

CONFORMANCE_TEST(MQTT5_3_3_1_5, RetainedMessageOfQosZeroIsKept) {
  Peer pub = connected("pub");
  pub.sends(publish(topic("a"), "x").retain()).expects_nothing_more();

  // On another shard the message may still be under way: a subscriber sees it as retained or as
  // new.
  connected("sub").subscribed(topic("a")).receives_message("x");
}

CONFORMANCE_TEST(MQTT5_3_3_1_9, RetainedMessageCarriesTheSubscriptionIdentifier) {
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());
  Peer sub = connected("sub");

  sub.sends(subscribe(1, {{.filter = topic("a")}}).with(PropertyId::SubscriptionIdentifier, 77))
      .expects_suback(1, {ReasonCode::Success});

  EXPECT_EQ(sub.receives_message("x").numbers(PropertyId::SubscriptionIdentifier),
            std::vector<std::uint32_t>{77});
}

}  // namespace sluice::conformance
