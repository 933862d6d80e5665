#include "support/conformance.h"

namespace sluice::conformance {

// Covers: MQTT5-3.8.4-1, MQTT5-3.8.4-2, MQTT5-2.2.1-6
CONFORMANCE_TEST(MQTT5_3_8_4_1, SubscribeIsAnsweredWithItsId) {
  Peer client = connected("client");

  client.sends(subscribe(1, {{.filter = topic("a")}})).expects_suback(1, {ReasonCode::Success});
  client.sends(subscribe(65'535, {{.filter = topic("b")}}))
      .expects_suback(65'535, {ReasonCode::Success});

  client.expects_nothing_more();
}

// Covers: MQTT5-3.8.4-5, MQTT5-3.8.4-6, MQTT5-3.8.4-7, MQTT5-3.9.3-1, MQTT5-3.9.3-2
CONFORMANCE_TEST(MQTT5_3_8_4_6, EveryFilterHasItsCodeInOrder) {
  Peer client = connected("client");

  client
      .sends(subscribe(1, {{.filter = topic("two"), .qos = Qos::ExactlyOnce},
                           {.filter = topic("bad#")},
                           {.filter = topic("zero")},
                           {.filter = topic("one"), .qos = Qos::AtLeastOnce},
                           {.filter = topic("b+d")}}))
      .expects_suback(1,
                      {ReasonCode::GrantedQos2, ReasonCode::TopicFilterInvalid, ReasonCode::Success,
                       ReasonCode::GrantedQos1, ReasonCode::TopicFilterInvalid});

  for (const char* name : {"two", "zero", "one"}) {
    client.sends(publish(topic(name), name)).receives_message(name);
  }
}

CONFORMANCE_TEST(MQTT5_3_8_4_5, LaterFilterOfOnePacketReplacesTheSameEarlierOne) {
  Peer client = connected("client");

  client
      .sends(subscribe(1, {{.filter = topic("a"), .qos = Qos::ExactlyOnce},
                           {.filter = topic("a"), .qos = Qos::AtMostOnce}}))
      .expects_suback(1, {ReasonCode::GrantedQos2, ReasonCode::Success});

  connected("pub").published(topic("a"), "x", Qos::ExactlyOnce);
  EXPECT_EQ(client.receives_message("x").qos, Qos::AtMostOnce);
  client.expects_nothing_more();
}

// Covers: MQTT5-3.8.1-1, MQTT5-2.1.3-1
CONFORMANCE_TEST(MQTT5_3_8_1_1, SubscribeWithWrongFlagsIsMalformed) {
  for (const unsigned first : {0x80U, 0x81U, 0x83U, 0x8AU, 0x86U}) {
    Peer client = connected("client");

    client.sends_bytes(frame(first, two_bytes(1) + hex("00") + text(topic("a")) + hex("00")));

    client.expects_disconnect(ReasonCode::MalformedPacket);
  }
}

CONFORMANCE_TEST(MQTT5_3_8_3_1, TopicFilterHasToBeUtf8) {
  for (const char* wrong : {"ff", "00", "ed a0 80"}) {
    Peer client = connected("client");

    client.sends(subscribe(1, {{.filter = topic("a") + hex(wrong)}}));

    client.expects_disconnect(ReasonCode::MalformedPacket);
  }
}

CONFORMANCE_TEST(MQTT5_3_8_3_2, SubscribeWithoutFilterIsAProtocolError) {
  Peer client = connected("client");

  client.sends(subscribe(1, {}));

  client.expects_disconnect(ReasonCode::ProtocolError);
}

CONFORMANCE_TEST(MQTT5_3_8_3_2, FilterWithoutOptionsIsMalformed) {
  Peer client = connected("client");

  client.sends_bytes(frame(0x82, two_bytes(1) + hex("00") + text(topic("a"))));

  client.expects_disconnect(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_8_3_3, NoLocalKeepsOwnMessagesAway) {
  Peer client = connected("client");
  client.subscribed(Filter{.filter = topic("a"), .qos = Qos::AtLeastOnce, .no_local = true});
  Peer other = connected("other");

  client.published(topic("a"), "own", Qos::AtLeastOnce);
  other.published(topic("a"), "foreign", Qos::AtLeastOnce);

  client.acknowledges(client.receives_message("foreign")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_8_3_3, NoLocalOfOneSubscriptionDoesNotMuteAnother) {
  Peer client = connected("client");
  client.subscribed(Filter{.filter = topic("a"), .qos = Qos::AtLeastOnce, .no_local = true});
  client.subscribed(topic("+"), Qos::AtMostOnce);

  client.published(topic("a"), "own");

  client.receives_message("own");
  client.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_8_3_3, OwnMessagesComeWithoutNoLocal) {
  Peer client = connected("client").subscribed(topic("a"));

  client.published(topic("a"), "own");

  client.receives_message("own");
}

CONFORMANCE_TEST(MQTT5_3_8_3_5, ReservedOptionBitsAreMalformed) {
  for (const char* options : {"40", "80", "c0"}) {
    Peer client = connected("client");

    client.sends_bytes(frame(0x82, two_bytes(1) + hex("00") + text(topic("a")) + hex(options)));

    client.expects_disconnect(ReasonCode::MalformedPacket);
  }
}

// Covers: MQTT5-3.8.4-3, MQTT5-3.8.4-4
CONFORMANCE_TEST(MQTT5_3_8_4_3, SameFilterReplacesTheSubscription) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtMostOnce);
  Peer pub = connected("pub");
  pub.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  sub.receives_message("kept");

  sub.subscribed(topic("a"), Qos::AtLeastOnce);

  const Received again = sub.receives_message("kept");
  EXPECT_TRUE(again.retain);
  sub.acknowledges(again);
  pub.published(topic("a"), "once", Qos::AtLeastOnce);
  const Received message = sub.receives_message("once");
  EXPECT_EQ(message.qos, Qos::AtLeastOnce);
  expect_no_delivery(sub, pub);
}

CONFORMANCE_TEST(MQTT5_3_8_4_3, ReplacementTakesAllOptions) {
  Peer sub = connected("sub");
  sub.sends(subscribe(1, {{.filter = topic("a"), .no_local = true}})
                .with(PropertyId::SubscriptionIdentifier, 5))
      .expects_suback(1, {ReasonCode::Success});

  sub.sends(subscribe(2, {{.filter = topic("a")}}).with(PropertyId::SubscriptionIdentifier, 6))
      .expects_suback(2, {ReasonCode::Success});

  sub.published(topic("a"), "x");
  EXPECT_EQ(sub.receives_message("x").numbers(PropertyId::SubscriptionIdentifier),
            std::vector<std::uint32_t>{6});
  sub.subscribed(topic("a")).published(topic("a"), "y");
  EXPECT_FALSE(sub.receives_message("y").has(PropertyId::SubscriptionIdentifier));
}

CONFORMANCE_TEST(MQTT5_3_8_4_8, DeliveredQosIsTheLowerOne) {
  const std::vector<Qos> all{Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce};
  for (const Qos granted : all) {
    Peer sub = connected("sub").subscribed(topic("a"), granted);
    Peer pub = connected("pub");
    for (const Qos published : all) {
      pub.published(topic("a"), "x", published);

      const Received message = sub.receives_message("x");

      EXPECT_EQ(message.qos, std::min(granted, published));
      sub.acknowledges(message);
    }
  }
}

// Covers: MQTT5-3.3.4-2, MQTT5-3.3.4-3, MQTT5-3.3.4-4, MQTT5-3.3.4-5
CONFORMANCE_TEST(MQTT5_3_3_4_2, OverlappingSubscriptionsCarryTheirIdentifiersAndTheHighestQos) {
  Peer sub = connected("sub");
  sub.sends(subscribe(1, {{.filter = topic("a/#"), .qos = Qos::AtMostOnce}})
                .with(PropertyId::SubscriptionIdentifier, 11))
      .expects_suback(1, {ReasonCode::Success});
  sub.sends(subscribe(2, {{.filter = topic("a/+"), .qos = Qos::ExactlyOnce}})
                .with(PropertyId::SubscriptionIdentifier, 268'435'455))
      .expects_suback(2, {ReasonCode::GrantedQos2});
  sub.subscribed(topic("+/b"), Qos::AtLeastOnce);  // has no identifier
  sub.subscribed(topic("marker"));
  Peer pub = connected("pub");

  pub.published(topic("a/b"), "x", Qos::ExactlyOnce);

  // One copy with all identifiers, or one per subscription with its own: both are allowed.
  std::vector<std::uint32_t> identifiers;
  Qos highest = Qos::AtMostOnce;
  pub.published(topic("marker"), "marker");
  for (Received packet = sub.receives_publish(); packet.payload != "marker";
       packet = sub.receives_publish()) {
    EXPECT_EQ(packet.payload, "x");
    for (const std::uint32_t n : packet.numbers(PropertyId::SubscriptionIdentifier)) {
      identifiers.push_back(n);
    }
    highest = std::max(highest, packet.qos);
  }
  std::sort(identifiers.begin(), identifiers.end());
  EXPECT_EQ(identifiers, (std::vector<std::uint32_t>{11, 268'435'455}));
  EXPECT_EQ(highest, Qos::ExactlyOnce);
}

CONFORMANCE_TEST(MQTT5_3_3_4_3, OneIdentifierServesAllFiltersOfItsPacket) {
  Peer sub = connected("sub");
  sub.sends(subscribe(1, {{.filter = topic("a")}, {.filter = topic("b")}})
                .with(PropertyId::SubscriptionIdentifier, 3))
      .expects_suback(1, {ReasonCode::Success, ReasonCode::Success});

  sub.published(topic("a"), "x").published(topic("b"), "y");

  const std::vector<std::uint32_t> three{3};
  EXPECT_EQ(sub.receives_message("x").numbers(PropertyId::SubscriptionIdentifier), three);
  EXPECT_EQ(sub.receives_message("y").numbers(PropertyId::SubscriptionIdentifier), three);
}

CONFORMANCE_TEST(MQTT5_3_3_4_3, IdentifierSurvivesTheSession) {
  Peer first = connected(persistent("sub"));
  first
      .sends(subscribe(1, {{.filter = topic("a"), .qos = Qos::AtLeastOnce}})
                 .with(PropertyId::SubscriptionIdentifier, 128))
      .expects_suback(1, {ReasonCode::GrantedQos1});
  first.disconnects();
  connected("pub").published(topic("a"), "x", Qos::AtLeastOnce);

  const Received message = connected(persistent("sub", false)).receives_message("x");

  EXPECT_EQ(message.numbers(PropertyId::SubscriptionIdentifier), std::vector<std::uint32_t>{128});
}

// Covers: MQTT5-4.7.1-1, MQTT5-4.7.1-2
CONFORMANCE_TEST(MQTT5_4_7_1_1, MisplacedWildcardsAreInvalidAndTheConnectionStays) {
  Peer client = connected("client");
  for (const char* wrong : {"a/#/b", "a#", "#a", "a/b#", "##", "a+", "+a", "a/+b/c", "++"}) {
    client.sends(subscribe(7, {{.filter = wrong}}))
        .expects_suback(7, {ReasonCode::TopicFilterInvalid});
  }
  client.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_7_1_2, WildcardsMatchWholeLevels) {
  struct Case {
    const char* filter;
    std::vector<std::string> matches;
  };
  const std::vector<std::string> names{"a", "a/", "a/b", "a/b/c", "/a", "b", "a//c"};
  const std::vector<Case> cases{
      {"a/#", {"a", "a/", "a/b", "a/b/c", "a//c"}},
      {"a/+", {"a/", "a/b"}},
      {"+", {"a", "b"}},
      {"+/+", {"a/", "a/b", "/a"}},
      {"a/+/c", {"a/b/c", "a//c"}},
      {"+/b/#", {"a/b", "a/b/c"}},
      {"/+", {"/a"}},
      {"#", names},
  };
  for (const Case& one : cases) {
    Peer sub = connected("sub").subscribed(topic(one.filter));
    Peer pub = connected("pub");
    SCOPED_TRACE(one.filter);

    for (const std::string& name : names) pub.published(topic(name), name);

    EXPECT_EQ(sub.receives_messages(one.matches.size()), one.matches);
    if (std::string_view(one.filter) != "#") expect_no_delivery(sub, pub);
  }
}

// Covers: MQTT5-3.10.4-4, MQTT5-3.10.4-5, MQTT5-3.10.4-6, MQTT5-3.11.3-1, MQTT5-3.11.3-2
CONFORMANCE_TEST(MQTT5_3_10_4_4, UnsubscribeIsAnsweredWithItsIdAndACodePerFilter) {
  Peer client = connected("client").subscribed(topic("a")).subscribed(topic("b"));

  client.sends(unsubscribe(9, {topic("a"), topic("none"), topic("b"), topic("a")}))
      .expects_unsuback(9, {ReasonCode::Success, ReasonCode::NoSubscriptionExisted,
                            ReasonCode::Success, ReasonCode::NoSubscriptionExisted});
  client.sends(unsubscribe(10, {topic("none")}))
      .expects_unsuback(10, {ReasonCode::NoSubscriptionExisted});
}

CONFORMANCE_TEST(MQTT5_3_10_4_1, OnlyTheSameCharactersAreDeleted) {
  Peer sub = connected("sub").subscribed(topic("a/+"), Qos::AtLeastOnce);
  Peer pub = connected("pub");

  for (const char* other : {"a/b", "a/#", "A/+", "a/+/", "+/+"}) {
    sub.sends(unsubscribe(1, {topic(other)}))
        .expects_unsuback(1, {ReasonCode::NoSubscriptionExisted});
  }
  pub.published(topic("a/b"), "still there", Qos::AtLeastOnce);

  sub.acknowledges(sub.receives_message("still there"));
  sub.sends(unsubscribe(2, {topic("a/+")})).expects_unsuback(2, {ReasonCode::Success});
}

CONFORMANCE_TEST(MQTT5_3_10_4_2, NothingNewAfterUnsubscribe) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");

  sub.unsubscribed(topic("a"));

  pub.published(topic("a"), "x", Qos::AtLeastOnce);
  expect_no_delivery(sub, pub);
}

CONFORMANCE_TEST(MQTT5_3_10_4_3, BegunDeliveriesAreFinishedAfterUnsubscribe) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::ExactlyOnce);
  sub.receives_message("1");
  const PacketId id = sub.receives_message("2").packet_id;
  sub.unsubscribed(topic("a"));
  sub.sends(pubrec(id)).expects(pubrel(id));
  sub.vanishes();

  Peer again = connected(persistent("sub", false));

  again.acknowledges(again.receives_message("1"));
  again.expects(pubrel(id)).sends(pubcomp(id)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_10_1_1, UnsubscribeWithWrongFlagsIsMalformed) {
  for (const unsigned first : {0xA0U, 0xA3U, 0xAAU}) {
    Peer client = connected("client");

    client.sends_bytes(frame(first, two_bytes(1) + hex("00") + text(topic("a"))));

    client.expects_disconnect(ReasonCode::MalformedPacket);
  }
}

CONFORMANCE_TEST(MQTT5_3_10_3_1, UnsubscribeFilterHasToBeUtf8) {
  Peer client = connected("client");

  client.sends(unsubscribe(1, {hex("c3")}));

  client.expects_disconnect(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_10_3_2, UnsubscribeWithoutFilterIsAProtocolError) {
  Peer client = connected("client");

  client.sends(unsubscribe(1, {}));

  client.expects_disconnect(ReasonCode::ProtocolError);
}

// Section 3.2.2.3.11: a wildcard although announced as not available.
CONFORMANCE_TEST(MQTT5_4_13_1_1, WildcardWhereNotAvailableIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.wildcard_subscriptions=false"});
  Peer client = peer();
  const Received connack = client.sends(connect("client")).expects_connack();
  client.subscribed("plain");

  client.sends(subscribe(1, {{.filter = "a/+"}}));

  EXPECT_EQ(connack.number(PropertyId::WildcardSubscriptionAvailable, 1), 0U);
  client.expects_disconnect(ReasonCode::WildcardSubscriptionsNotSupported);
}

// Section 3.2.2.3.12: a Subscription Identifier although announced as not available.
CONFORMANCE_TEST(MQTT5_4_13_1_1, SubscriptionIdentifierWhereNotAvailableIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.subscription_identifiers=false"});
  Peer client = peer();
  const Received connack = client.sends(connect("client")).expects_connack();

  client.sends(subscribe(1, {{.filter = "a"}}).with(PropertyId::SubscriptionIdentifier, 1));

  EXPECT_EQ(connack.number(PropertyId::SubscriptionIdentifierAvailable, 1), 0U);
  client.expects_disconnect(ReasonCode::SubscriptionIdentifiersNotSupported);
}

// Section 3.2.2.3.13: a Shared Subscription although announced as not available.
CONFORMANCE_TEST(MQTT5_4_13_1_1, SharedSubscriptionWhereNotAvailableIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.shared_subscriptions=false"});
  Peer client = peer();
  const Received connack = client.sends(connect("client")).expects_connack();

  client.sends(subscribe(1, {{.filter = "$share/g/a"}}));

  EXPECT_EQ(connack.number(PropertyId::SharedSubscriptionAvailable, 1), 0U);
  client.expects_disconnect(ReasonCode::SharedSubscriptionsNotSupported);
}

}  // namespace sluice::conformance
