#include "support/conformance.h"

namespace sluice::conformance {

// The Will Message, v5 3.1.2.5 and 3.1.3.2.

// Covers: MQTT5-3.1.2-7, MQTT5-3.1.2-8
CONFORMANCE_TEST(MQTT5_3_1_2_7, WillIsPublishedWhenTheNetworkFails) {
  Peer watcher = connected("watcher").subscribed(topic("w"), Qos::ExactlyOnce);
  Peer client = connected(connect("client").will({topic("w"), "gone", Qos::ExactlyOnce}));

  client.vanishes();

  const Received will = watcher.receives_message("gone");
  EXPECT_EQ(will.qos, Qos::ExactlyOnce);
  EXPECT_FALSE(will.retain);
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, WillIsPublishedAfterAProtocolError) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Peer client = connected(connect("client").will({topic("w"), "gone"}));

  client.sends_bytes(hex("00 00")).expects_disconnect(ReasonCode::MalformedPacket);

  watcher.receives_message("gone");
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, DisconnectWithWillPublishesIt) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Peer client = connected(connect("client").will({topic("w"), "gone"}));

  client.disconnects(ReasonCode::DisconnectWithWill);

  watcher.receives_message("gone");
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, AnyOtherDisconnectCodeThanZeroPublishesTheWill) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Peer client = connected(connect("client").will({topic("w"), "gone"}));

  client.disconnects(ReasonCode::UnspecifiedError);

  watcher.receives_message("gone");
}

// Covers: MQTT5-3.14.4-3, MQTT5-3.1.2-10
CONFORMANCE_TEST(MQTT5_3_14_4_3, NormalDisconnectDropsTheWill) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Peer client = connected(persistent("client").will({topic("w"), "gone"}));

  client.disconnects();

  Peer pub = connected("pub");
  expect_no_delivery(watcher, pub);
  connected(persistent("client", false)).vanishes();  // a connection without a Will of its own
  expect_no_delivery(watcher, pub);
}

CONFORMANCE_TEST(MQTT5_3_1_2_10, WillIsPublishedOnce) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  connected(persistent("client").will({topic("w"), "gone"})).vanishes();
  watcher.receives_message("gone");

  connected(persistent("client", false)).vanishes();

  Peer pub = connected("pub");
  expect_no_delivery(watcher, pub);
}

CONFORMANCE_TEST(MQTT5_3_1_2_14, WillWithoutRetainIsNotKept) {
  Peer watcher = connected("watcher");
  watcher.subscribed(Filter{.filter = topic("w"), .retain_as_published = true});
  connected(connect("client").will({topic("w"), "gone"})).vanishes();
  EXPECT_FALSE(watcher.receives_message("gone").retain);

  connected("late").subscribed(topic("w")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_1_2_15, WillWithRetainIsKept) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  connected(connect("client").will(Will(topic("w"), "gone").retain())).vanishes();
  watcher.receives_message("gone");

  EXPECT_TRUE(connected("late").subscribed(topic("w")).receives_message("gone").retain);
}

// Covers: MQTT5-3.1.3-9
CONFORMANCE_TEST(MQTT5_3_1_3_9, ReconnectBeforeTheDelayCancelsTheWill) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  connected(persistent("client").will(Will(topic("w"), "gone").delay(1))).vanishes();

  Peer again = connected(persistent("client", false));

  let_pass(3);
  watcher.expects_nothing_more();
  again.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, WillComesAfterItsDelay) {
  Peer watcher = connected("watcher").subscribed(topic("+"));
  connected(persistent("late").will(Will(topic("late"), "late").delay(2))).vanishes();
  connected(persistent("soon").will(Will(topic("soon"), "soon").delay(1))).vanishes();
  connected(persistent("now").will(Will(topic("now"), "now").delay(0))).vanishes();

  for (const char* expected : {"now", "soon", "late"}) watcher.receives_message(expected);
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, EndOfTheSessionBringsTheWillBeforeItsDelay) {
  Peer watcher = connected("watcher").subscribed(topic("w"));

  connected(connect("client").session_expiry(0).will(Will(topic("w"), "gone").delay(3600)))
      .vanishes();

  watcher.receives_message("gone");
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, CleanStartEndsTheSessionAndBringsItsDelayedWill) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  connected(persistent("client").will(Will(topic("w"), "gone").delay(3600))).vanishes();

  Peer fresh = connected(persistent("client", true));

  watcher.receives_message("gone");
  fresh.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, TakeOverPublishesTheWillOfTheOlderConnection) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Peer older = connected(connect("client").will({topic("w"), "taken over"}));

  Peer newer = connected(connect("client"));

  watcher.receives_message("taken over");
  older.expects_disconnect(ReasonCode::SessionTakenOver);
}

// Covers: MQTT5-3.1.3-10
CONFORMANCE_TEST(MQTT5_3_1_3_10, WillKeepsItsPropertiesAndTheirOrder) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Will will(topic("w"), "gone");
  will.user_property("b", "1")
      .user_property("a", "2")
      .with(PropertyId::PayloadFormatIndicator, 1)
      .with(PropertyId::ContentType, "type")
      .with(PropertyId::ResponseTopic, "answers")
      .with(PropertyId::CorrelationData, "data")
      .with(PropertyId::MessageExpiryInterval, 1000)
      .user_property("b", "1");

  connected(connect("client").will(will)).vanishes();

  const Received message = watcher.receives_message("gone");
  const std::vector<std::pair<std::string, std::string>> pairs{{"b", "1"}, {"a", "2"}, {"b", "1"}};
  EXPECT_EQ(message.user_properties(), pairs);
  EXPECT_EQ(message.number(PropertyId::PayloadFormatIndicator), 1U);
  EXPECT_EQ(message.value(PropertyId::ContentType), "type");
  EXPECT_EQ(message.value(PropertyId::ResponseTopic), "answers");
  EXPECT_EQ(message.value(PropertyId::CorrelationData), "data");
  EXPECT_GT(message.number(PropertyId::MessageExpiryInterval), 900U);
  EXPECT_FALSE(message.has(PropertyId::WillDelayInterval));
}

CONFORMANCE_TEST(MQTT5_3_1_2_9, EmptyWillPayloadIsPublishedToo) {
  Peer watcher = connected("watcher").subscribed(topic("w"));

  connected(connect("client").will({topic("w"), ""})).vanishes();

  watcher.receives_message("");
}

CONFORMANCE_TEST(MQTT5_3_1_2_8, ClosingWithoutDisconnectPublishesTheWill) {
  Peer watcher = connected("watcher").subscribed(topic("w"));

  { Peer client = connected(connect("client").will({topic("w"), "gone"})); }  // orderly FIN

  watcher.receives_message("gone");
}

}  // namespace sluice::conformance
