#include "support/conformance.h"

namespace sluice::conformance {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

}  // namespace

CONFORMANCE_TEST(MQTT5_3_3_1_3, DupOfThePublisherIsNotCopied) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");

  pub.sends(publish(topic("a"), "1", Qos::AtLeastOnce, 1).dup()).expects(puback(1));
  pub.sends(publish(topic("a"), "2", Qos::ExactlyOnce, 2).dup()).expects(pubrec(2));
  pub.sends(pubrel(2)).expects(pubcomp(2));

  const Received one = sub.receives_message("1");
  const Received two = sub.receives_message("2");
  EXPECT_FALSE(one.dup);
  EXPECT_FALSE(two.dup);
}

CONFORMANCE_TEST(MQTT5_3_3_1_4, QosThreeIsMalformed) {
  Peer client = connected("client");

  client.sends_bytes(frame(0x36, text(topic("a")) + two_bytes(1) + hex("00") + "x"));

  client.expects_disconnect(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_3_1_2, DupAtQosZeroIsRefused) {
  Peer client = connected("client");

  client.sends(publish(topic("a"), "x").dup());

  client.expects_disconnect(ReasonCode::MalformedPacket);
}

// Covers: MQTT5-3.3.2-1, MQTT5-1.5.4-1, MQTT5-1.5.4-2, MQTT5-4.7.3-2
CONFORMANCE_TEST(MQTT5_3_3_2_1, TopicNameHasToBeUtf8) {
  // A stray byte, an overlong form, surrogates, beyond U+10FFFF, cut short, U+0000.
  for (const char* wrong : {"ff", "c0 af", "ed a0 80", "ed bf bf", "f4 90 80 80", "e2 82", "00"}) {
    Peer client = connected("client");

    client.sends(publish(topic("a") + hex(wrong), "x"));

    client.expects_disconnect(ReasonCode::MalformedPacket);
  }
}

// Covers: MQTT5-3.3.2-2, MQTT5-4.7.0-1
CONFORMANCE_TEST(MQTT5_3_3_2_2, TopicNameWithWildcardIsRefused) {
  for (const char* wrong : {"+", "#", "a/+", "a/#", "a+", "#a"}) {
    Peer client = connected("client");

    client.sends(publish(topic(wrong), "x", Qos::AtLeastOnce, 1));

    client.expects_disconnect(ReasonCode::TopicNameInvalid);
  }
}

CONFORMANCE_TEST(MQTT5_3_3_2_3, SubscriberGetsTheTopicNameOfThePublisher) {
  Peer sub = connected("sub").subscribed(topic("+/b/#"));

  connected("pub").published(topic("a/b/c"), "x");

  EXPECT_EQ(sub.receives_message("x").topic, topic("a/b/c"));
}

CONFORMANCE_TEST(MQTT5_3_3_2_4, PayloadFormatIndicatorIsPassedOn) {
  Peer sub = connected("sub").subscribed(topic("a"));
  Peer pub = connected("pub");

  pub.sends(publish(topic("a"), "text").with(PropertyId::PayloadFormatIndicator, 1));
  pub.sends(publish(topic("a"), "zero").with(PropertyId::PayloadFormatIndicator, 0));
  pub.sends(publish(topic("a"), hex("ff")));

  EXPECT_EQ(sub.receives_message("text").number(PropertyId::PayloadFormatIndicator, 9), 1U);
  EXPECT_EQ(sub.receives_message("zero").number(PropertyId::PayloadFormatIndicator, 0), 0U);
  EXPECT_EQ(sub.receives_message(hex("ff")).number(PropertyId::PayloadFormatIndicator, 0), 0U);
}

CONFORMANCE_TEST(MQTT5_3_3_2_4, PayloadThatIsNotTheUtf8ItClaimsIsRefused) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  const auto wrong = [this](Qos qos, PacketId id) {
    return publish(topic("a"), hex("c3 28"), qos, id).with(PropertyId::PayloadFormatIndicator, 1);
  };

  pub.sends(wrong(Qos::AtLeastOnce, 1)).expects(puback(1, ReasonCode::PayloadFormatInvalid));
  pub.sends(wrong(Qos::ExactlyOnce, 2)).expects(pubrec(2, ReasonCode::PayloadFormatInvalid));
  expect_no_delivery(sub, pub);
  pub.sends(wrong(Qos::AtMostOnce, 0)).expects_disconnect(ReasonCode::PayloadFormatInvalid);
}

CONFORMANCE_TEST(MQTT5_3_3_2_5, ExpiredMessageIsNotDelivered) {
  connected(persistent("sub")).subscribed(topic("+/a"), Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub");
  pub.published(publish(topic("short/a"), "gone", Qos::AtLeastOnce, 1)
                    .with(PropertyId::MessageExpiryInterval, 1));
  pub.published(publish(topic("long/a"), "there", Qos::AtLeastOnce, 2)
                    .with(PropertyId::MessageExpiryInterval, 1000));
  let_pass(2);

  Peer sub = connected(persistent("sub", false));

  const std::vector<std::string> payloads = sub.receives_messages(1);
  EXPECT_EQ(payloads, std::vector<std::string>{"there"});
  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_2_5, ExpiredRetainedMessageIsNotDelivered) {
  Peer pub = connected("pub");
  pub.published(publish(topic("a"), "gone", Qos::AtLeastOnce, 1)
                    .retain()
                    .with(PropertyId::MessageExpiryInterval, 1));
  let_pass(2);

  Peer sub = connected("sub").subscribed(topic("a"));

  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_3_2_6, OutgoingExpiryIsLessTheTimeOfWaiting) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  connected("pub").published(
      publish(topic("a"), "x", Qos::AtLeastOnce, 1).with(PropertyId::MessageExpiryInterval, 100));
  let_pass(2);

  Peer sub = connected(persistent("sub", false));

  const Received message = sub.receives_message("x");
  ASSERT_TRUE(message.has(PropertyId::MessageExpiryInterval));
  EXPECT_LE(message.number(PropertyId::MessageExpiryInterval), 98U);
  EXPECT_GE(message.number(PropertyId::MessageExpiryInterval), 60U);
}

CONFORMANCE_TEST(MQTT5_3_3_2_6, NoExpiryIsInvented) {
  Peer sub = connected("sub").subscribed(topic("a"));

  connected("pub").published(topic("a"), "x");

  EXPECT_FALSE(sub.receives_message("x").has(PropertyId::MessageExpiryInterval));
}

CONFORMANCE_TEST(MQTT5_3_3_2_13, ResponseTopicHasToBeUtf8) {
  Peer client = connected("client");

  client.sends(publish(topic("a"), "x").with(PropertyId::ResponseTopic, hex("ff")));

  client.expects_disconnect(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_3_2_14, ResponseTopicWithWildcardIsAProtocolError) {
  for (const char* wrong : {"a/+", "#"}) {
    Peer client = connected("client");

    client.sends(publish(topic("a"), "x").with(PropertyId::ResponseTopic, wrong));

    client.expects_disconnect(ReasonCode::ProtocolError);
  }
}

// Covers: MQTT5-3.3.2-15, MQTT5-3.3.2-16, MQTT5-3.3.2-20
CONFORMANCE_TEST(MQTT5_3_3_2_15, RequestResponsePropertiesArePassedOn) {
  Peer sub = connected("sub").subscribed(topic("a"));

  connected("pub").sends(publish(topic("a"), "x")
                             .with(PropertyId::ResponseTopic, "answers/here")
                             .with(PropertyId::CorrelationData, hex("00 ff 01"))
                             .with(PropertyId::ContentType, "application/json"));

  const Received message = sub.receives_message("x");
  EXPECT_EQ(message.value(PropertyId::ResponseTopic), "answers/here");
  EXPECT_EQ(message.value(PropertyId::CorrelationData), hex("00 ff 01"));
  EXPECT_EQ(message.value(PropertyId::ContentType), "application/json");
}

// Covers: MQTT5-3.3.2-17, MQTT5-3.3.2-18
CONFORMANCE_TEST(MQTT5_3_3_2_17, UserPropertiesArePassedOnInOrder) {
  Peer sub = connected("sub").subscribed(topic("a"));

  connected("pub").sends(publish(topic("a"), "x")
                             .user_property("b", "1")
                             .with(PropertyId::ContentType, "in between")
                             .user_property("a", "2")
                             .user_property("b", "1")
                             .with(PropertyId::MessageExpiryInterval, 100)
                             .user_property("", ""));

  const Pairs expected{{"b", "1"}, {"a", "2"}, {"b", "1"}, {"", ""}};
  EXPECT_EQ(sub.receives_message("x").user_properties(), expected);
}

CONFORMANCE_TEST(MQTT5_3_3_2_18, UserPropertiesSurviveTheQueueOfAnAbsentClient) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1)
                                 .user_property("n", "1")
                                 .with(PropertyId::CorrelationData, "data")
                                 .user_property("n", "2"));

  const Received message = connected(persistent("sub", false)).receives_message("x");

  const Pairs expected{{"n", "1"}, {"n", "2"}};
  EXPECT_EQ(message.user_properties(), expected);
  EXPECT_EQ(message.value(PropertyId::CorrelationData), "data");
}

CONFORMANCE_TEST(MQTT5_3_3_2_19, ContentTypeHasToBeUtf8) {
  Peer client = connected("client");

  client.sends(publish(topic("a"), "x").with(PropertyId::ContentType, hex("80")));

  client.expects_disconnect(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_1_5_4_3, ByteOrderMarkIsKept) {
  const std::string name = topic(hex("ef bb bf") + "a");
  Peer sub = connected("sub").subscribed(topic("+"));

  connected("pub").sends(publish(name, "x").user_property(hex("ef bb bf"), hex("ef bb bf") + "v"));

  const Received message = sub.receives_message("x");
  EXPECT_EQ(message.topic, name);
  const Pairs expected{{hex("ef bb bf"), hex("ef bb bf") + "v"}};
  EXPECT_EQ(message.user_properties(), expected);
}

CONFORMANCE_TEST(MQTT5_1_5_7_1, StringPairHasToBeUtf8) {
  const auto sent = [this](const std::string& name, const std::string& value) {
    return connected("client").sends(publish(topic("a"), "x").user_property(name, value));
  };

  for (const std::string& wrong : {hex("ff"), hex("00"), hex("ed a0 80")}) {
    sent("name", wrong).expects_disconnect(ReasonCode::MalformedPacket);
    sent(wrong, "value").expects_disconnect(ReasonCode::MalformedPacket);
  }
}

CONFORMANCE_TEST(MQTT5_3_3_4_6, SubscriptionIdentifierFromAClientIsAProtocolError) {
  Peer client = connected("client");

  client.sends(publish(topic("a"), "x").with(PropertyId::SubscriptionIdentifier, 1));

  client.expects_disconnect(ReasonCode::ProtocolError);
}

// Covers: MQTT5-4.7.2-1
CONFORMANCE_TEST(MQTT5_4_7_2_1, LeadingWildcardDoesNotMatchDollarTopics) {
  own_broker();
  Peer wide = connected("wide").subscribed("#").subscribed("+/test").subscribed("+/+");
  Peer exact = connected("exact").subscribed("$private/test").subscribed("$private/#");
  Peer pub = connected("pub");

  pub.published("$private/test", "hidden");

  exact.receives_message("hidden");
  Peer marker = connected("marker");
  marker.published("zzz", "marker");
  wide.receives_message("marker");
}

CONFORMANCE_TEST(MQTT5_4_7_3_1, EmptyTopicFilterIsInvalid) {
  Peer client = connected("client");

  client.sends(subscribe(1, {{.filter = ""}}));

  client.expects_suback(1, {ReasonCode::TopicFilterInvalid}).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_7_3_3, LongestTopicNameIsCarried) {
  std::string name = topic("");
  while (name.size() < 65'535) name += name.size() % 1000 == 999 ? "é" : "x";
  name.resize(65'535, 'x');
  if ((name.back() & 0x80) != 0) name.back() = 'x';
  Peer sub = connected("sub").subscribed(topic("#"));

  connected("pub").published(name, "far");

  EXPECT_EQ(sub.receives_message("far").topic, name);
}

CONFORMANCE_TEST(MQTT5_4_7_3_4, TopicsAreComparedAsTheyAre) {
  // Case, blanks, empty levels and composed forms all make different topics.
  const std::vector<std::string> names{
      "a", "A", "a ", " a", "a/", "/a", "a//b", hex("c3 a9"), "e" + hex("cc 81")};
  for (const std::string& name : names) {
    Peer sub = connected("sub").subscribed(topic(name));
    Peer pub = connected("pub");

    for (const std::string& other : names) pub.published(topic(other), other);

    sub.receives_message(name);
    expect_no_delivery(sub, pub);
  }
}

CONFORMANCE_TEST(MQTT5_3_3_4_1, AnswerFollowsTheQos) {
  Peer client = connected("client").subscribed(topic("other"));
  Peer sub = connected("sub").subscribed(topic("a"));

  client.sends(publish(topic("a"), "0")).expects_nothing_more();
  client.sends(publish(topic("a"), "1", Qos::AtLeastOnce, 11)).expects(puback(11));
  client.sends(publish(topic("a"), "2", Qos::ExactlyOnce, 12)).expects(pubrec(12));
  client.sends(pubrel(12)).expects(pubcomp(12)).expects_nothing_more();

  EXPECT_EQ(sub.receives_messages(3), (std::vector<std::string>{"0", "1", "2"}));
}

// Covers: MQTT5-3.4.2-1, MQTT5-3.5.2-1, MQTT5-3.3.4-1
CONFORMANCE_TEST(MQTT5_3_4_2_1, PublisherLearnsThatNobodyIsThere) {
  Peer client = connected("client");

  client.sends(publish(topic("none"), "x", Qos::AtLeastOnce, 1))
      .expects(puback(1, ReasonCode::NoMatchingSubscribers));
  client.sends(publish(topic("none"), "x", Qos::ExactlyOnce, 2))
      .expects(pubrec(2, ReasonCode::NoMatchingSubscribers));
  client.sends(pubrel(2)).expects(pubcomp(2));
}

CONFORMANCE_TEST(MQTT5_3_3_4_1, EmptyAndLargePayloadsArriveWhole) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  std::string large(1'500'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i % 251);

  pub.published(topic("a"), "", Qos::AtLeastOnce).published(topic("a"), large, Qos::AtLeastOnce);

  sub.acknowledges(sub.receives_message(""));
  EXPECT_TRUE(sub.receives_publish().payload == large);
}

CONFORMANCE_TEST(MQTT5_4_7_3_1, TopicsBeginningWithDollarMayBePublishedByClients) {
  const std::string name = "$" + topic("a");
  Peer sub = connected("sub").subscribed(name, Qos::AtLeastOnce);

  connected("pub").published(name, "x", Qos::AtLeastOnce);

  sub.receives_message("x");
}

}  // namespace sluice::conformance
