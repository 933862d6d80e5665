#include "support/conformance.h"

namespace sluice::conformance {

// Topic Alias, v5 3.3.2.3.4, in both directions.

CONFORMANCE_TEST(MQTT5_3_3_2_12, EveryAliasUpToTheAnnouncedMaximumIsAccepted) {
  Peer sub = connected("sub").subscribed(topic("+"));
  Peer pub = peer();
  const std::uint32_t maximum =
      pub.sends(connect("pub")).expects_connack().number(PropertyId::TopicAliasMaximum);
  ASSERT_GT(maximum, 0U);

  for (std::uint32_t alias = 1; alias <= maximum; ++alias) {
    const std::string name = std::to_string(alias);
    pub.sends(publish(topic(name), "set").with(PropertyId::TopicAlias, alias));
    pub.sends(publish("", "use").with(PropertyId::TopicAlias, alias));
    EXPECT_EQ(sub.receives_message("set").topic, topic(name));
    EXPECT_EQ(sub.receives_message("use").topic, topic(name));
  }
}

CONFORMANCE_TEST(MQTT5_3_3_2_12, AliasCanBeGivenToAnotherTopic) {
  Peer sub = connected("sub").subscribed(topic("+"));
  Peer pub = connected("pub");

  pub.sends(publish(topic("a"), "1").with(PropertyId::TopicAlias, 1));
  pub.sends(publish(topic("b"), "2", Qos::AtLeastOnce, 1).with(PropertyId::TopicAlias, 1));
  pub.sends(publish("", "3", Qos::ExactlyOnce, 2).with(PropertyId::TopicAlias, 1));
  pub.expects(puback(1)).expects(pubrec(2)).sends(pubrel(2)).expects(pubcomp(2));

  sub.receives_message("1");
  sub.receives_message("2");
  EXPECT_EQ(sub.receives_message("3").topic, topic("b"));
}

// Covers: MQTT5-3.3.2-9, MQTT5-3.2.2-17
CONFORMANCE_TEST(MQTT5_3_3_2_9, AliasAboveTheMaximumIsInvalid) {
  Peer client = peer();
  const std::uint32_t maximum =
      client.sends(connect("client")).expects_connack().number(PropertyId::TopicAliasMaximum);
  ASSERT_LT(maximum, 65'535U);

  client.sends(publish(topic("a"), "x").with(PropertyId::TopicAlias, maximum + 1));

  client.expects_disconnect(ReasonCode::TopicAliasInvalid);
}

CONFORMANCE_TEST(MQTT5_3_3_2_8, AliasZeroIsInvalid) {
  Peer client = connected("client");

  client.sends(publish(topic("a"), "x").with(PropertyId::TopicAlias, 0));

  client.expects_disconnect(ReasonCode::TopicAliasInvalid);
}

CONFORMANCE_TEST(MQTT5_3_2_2_18, AnyAliasIsInvalidWhereNoneIsOffered) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.topic_alias_max=0"});
  Peer client = peer();
  const Received connack = client.sends(connect("client")).expects_connack();

  client.sends(publish("a", "x").with(PropertyId::TopicAlias, 1));

  EXPECT_EQ(connack.number(PropertyId::TopicAliasMaximum, 0), 0U);
  client.expects_disconnect(ReasonCode::TopicAliasInvalid);
}

// Section 3.3.4: empty Topic Name with an alias that has no mapping yet.
CONFORMANCE_TEST(MQTT5_4_13_1_1, UnknownAliasIsAProtocolError) {
  Peer client = connected("client");

  client.sends(publish("", "x").with(PropertyId::TopicAlias, 3));

  client.expects_disconnect(ReasonCode::ProtocolError);
}

// Section 3.3.2.1: empty Topic Name without Topic Alias.
CONFORMANCE_TEST(MQTT5_4_7_3_1, EmptyTopicNameWithoutAliasIsAProtocolError) {
  Peer client = connected("client");

  client.sends(publish("", "x"));

  client.expects_disconnect(ReasonCode::ProtocolError);
}

CONFORMANCE_TEST(MQTT5_3_3_2_7, MappingsEndWithTheirConnection) {
  Peer watcher = connected("watcher").subscribed(topic("a"));
  Peer first = connected(persistent("client"));
  first.sends(publish(topic("a"), "x").with(PropertyId::TopicAlias, 1));
  watcher.receives_message("x");
  first.disconnects();

  Peer second = connected(persistent("client", false));
  second.sends(publish("", "y").with(PropertyId::TopicAlias, 1));

  second.expects_disconnect(ReasonCode::ProtocolError);
}

CONFORMANCE_TEST(MQTT5_3_3_2_7, MappingsBelongToOneConnectionOnly) {
  Peer one = connected("one");
  Peer two = connected("two");
  Peer sub = connected("sub").subscribed(topic("+"));

  one.sends(publish(topic("one"), "1").with(PropertyId::TopicAlias, 1)).expects_nothing_more();
  two.sends(publish(topic("two"), "2").with(PropertyId::TopicAlias, 1)).expects_nothing_more();
  sub.receives_publish();
  sub.receives_publish();
  one.sends(publish("", "3").with(PropertyId::TopicAlias, 1));

  EXPECT_EQ(sub.receives_message("3").topic, topic("one"));
}

CONFORMANCE_TEST(MQTT5_3_1_2_27, NoAliasesForAClientThatTakesNone) {
  for (const bool explicit_zero : {false, true}) {
    Connect packet = connect("sub");
    if (explicit_zero) packet.with(PropertyId::TopicAliasMaximum, 0);
    Peer sub = connected(packet).subscribed(topic("a"));
    Peer pub = connected("pub");

    for (int i = 0; i < 5; ++i) {
      pub.sends(publish(topic("a"), "x").with(PropertyId::TopicAlias, 1));
      const Received message = sub.receives_message("x");
      EXPECT_FALSE(message.has(PropertyId::TopicAlias));
      EXPECT_EQ(message.topic, topic("a"));
    }
  }
}

// Covers: MQTT5-3.1.2-26, MQTT5-3.3.2-11
CONFORMANCE_TEST(MQTT5_3_1_2_26, AliasesToTheClientStayWithinItsMaximum) {
  constexpr std::uint32_t kMaximum = 3;
  Peer sub = connected(connect("sub").with(PropertyId::TopicAliasMaximum, kMaximum));
  sub.subscribed(topic("+"));
  Peer pub = connected("pub");
  std::vector<std::string> mapping(kMaximum + 1);

  for (int i = 0; i < 60; ++i) {
    const std::string name = topic(std::to_string(i % 6));
    pub.published(name, "x");
    const Received message = sub.receives_message("x");
    std::string resolved = message.topic;
    if (message.has(PropertyId::TopicAlias)) {
      const std::uint32_t alias = message.number(PropertyId::TopicAlias);
      ASSERT_GE(alias, 1U);
      ASSERT_LE(alias, kMaximum);
      if (resolved.empty()) resolved = mapping[alias];
      mapping[alias] = resolved;
    }
    EXPECT_EQ(resolved, name);
  }
}

CONFORMANCE_TEST(MQTT5_3_1_2_26, AliasesToTheClientStartAnewAfterAReconnect) {
  const Connect packet = persistent("sub").with(PropertyId::TopicAliasMaximum, 10);
  connected(packet).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub");
  for (int round = 0; round < 3; ++round) {
    pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::AtLeastOnce);

    Peer sub = connected(Connect(packet).clean_start(false));

    const Received first = sub.receives_message("1");
    EXPECT_EQ(first.topic, topic("a"));
    sub.acknowledges(first).acknowledges(sub.receives_message("2")).disconnects();
  }
}

}  // namespace sluice::conformance
