#include "support/conformance.h"

namespace sluice::conformance {

namespace {

bool resumes(Peer peer, Connect packet) {
  return peer.sends(packet.clean_start(false)).expects_connack().session_present;
}

}  // namespace

CONFORMANCE_TEST(MQTT5_3_1_2_4, CleanStartDropsTheSession) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub").published(topic("a"), "waiting", Qos::AtLeastOnce);

  Peer fresh = peer();
  const Received connack = fresh.sends(persistent("sub", true)).expects_connack();

  EXPECT_FALSE(connack.session_present);
  fresh.expects_nothing_more();
  pub.published(topic("a"), "later", Qos::AtLeastOnce);
  expect_no_delivery(fresh, pub);
}

// Covers: MQTT5-3.1.2-5, MQTT5-4.1.0-1
CONFORMANCE_TEST(MQTT5_3_1_2_5, SessionGoesOnWhereItStopped) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce).disconnects();
  Peer pub = connected("pub");
  pub.published(topic("a"), "0", Qos::AtMostOnce);  // need not be kept
  pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::ExactlyOnce);

  Peer sub = peer();
  EXPECT_TRUE(sub.sends(persistent("sub", false)).expects_connack().session_present);

  Received next = sub.receives_publish();
  if (next.payload == "0") next = sub.receives_publish();
  EXPECT_EQ(next.payload, "1");
  sub.acknowledges(next).acknowledges(sub.receives_message("2"));
  pub.published(topic("a"), "3", Qos::AtLeastOnce);  // the subscription is alive
  sub.receives_message("3");
}

CONFORMANCE_TEST(MQTT5_3_1_2_6, NewSessionIsMadeWhereNoneExists) {
  Peer client = peer();

  EXPECT_FALSE(client.sends(persistent("client", false)).expects_connack().session_present);

  client.subscribed(topic("a")).published(topic("a"), "x").receives_message("x");
}

CONFORMANCE_TEST(MQTT5_3_1_2_23, SessionWithExpiryIsKept) {
  connected(connect("client").session_expiry(1000)).vanishes();

  EXPECT_TRUE(resumes(peer(), connect("client")));
}

// Covers: MQTT5-4.1.0-2
CONFORMANCE_TEST(MQTT5_4_1_0_2, SessionEndsAfterItsExpiryInterval) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Will will(topic("w"), "session over");
  Peer client = connected(connect("client").session_expiry(1).will(will.delay(3600)));
  client.subscribed(topic("a"), Qos::AtLeastOnce).vanishes();

  watcher.receives_message(
      "session over");  // the Will comes at the end of the session at the latest

  EXPECT_FALSE(resumes(peer(), connect("client")));
}

CONFORMANCE_TEST(MQTT5_4_1_0_2, SessionWithoutExpiryEndsWithItsConnection) {
  connected(connect("absent")).disconnects();
  connected(connect("zero").session_expiry(0)).disconnects();

  EXPECT_FALSE(resumes(peer(), connect("absent")));
  EXPECT_FALSE(resumes(peer(), connect("zero")));
}

CONFORMANCE_TEST(MQTT5_3_1_2_23, DisconnectMayChangeTheExpiry) {
  Peer longer = connected(connect("longer").session_expiry(1));
  longer.sends(disconnect().with(PropertyId::SessionExpiryInterval, 1000)).expects_closed();
  Peer shorter = connected(connect("shorter").session_expiry(1000));
  shorter.sends(disconnect().with(PropertyId::SessionExpiryInterval, 0)).expects_closed();
  let_pass(2);

  EXPECT_TRUE(resumes(peer(), connect("longer")));
  EXPECT_FALSE(resumes(peer(), connect("shorter")));
}

// Section 3.14.2.2.2.
CONFORMANCE_TEST(MQTT5_4_13_1_1, DisconnectMustNotReviveAnExpiryOfZero) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Peer client = connected(connect("client").will({topic("w"), "abnormal"}));

  client.sends(disconnect().with(PropertyId::SessionExpiryInterval, 10));

  client.expects_disconnect(ReasonCode::ProtocolError);
  watcher.receives_message("abnormal");
}

CONFORMANCE_TEST(MQTT5_3_1_2_23, CappedExpiryIsToldInConnack) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.session_expiry_max=100"});
  const auto connack_of = [this](std::uint32_t seconds) {
    return peer().sends(connect("client").session_expiry(seconds)).expects_connack();
  };

  EXPECT_EQ(connack_of(0xFFFFFFFF).number(PropertyId::SessionExpiryInterval), 100U);
  EXPECT_EQ(connack_of(101).number(PropertyId::SessionExpiryInterval), 100U);
  EXPECT_FALSE(connack_of(100).has(PropertyId::SessionExpiryInterval));
}

CONFORMANCE_TEST(MQTT5_3_1_2_23, NewConnectionSetsTheExpiryAnew) {
  connected(connect("client").session_expiry(1000)).disconnects();
  connected(connect("client").clean_start(false).session_expiry(0)).disconnects();

  EXPECT_FALSE(resumes(peer(), connect("client")));
}

CONFORMANCE_TEST(MQTT5_3_1_2_4, CleanStartEndsTheOldSubscriptionsOfALiveConnection) {
  Peer older = connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce);
  Peer newer = connected(persistent("sub", true));
  older.expects_disconnect(ReasonCode::SessionTakenOver);
  Peer pub = connected("pub");

  pub.published(topic("a"), "x", Qos::AtLeastOnce);

  expect_no_delivery(newer, pub);
}

CONFORMANCE_TEST(MQTT5_3_1_2_5, ReconnectingOftenKeepsOneSession) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub");
  for (int i = 0; i < 20; ++i) {
    pub.published(topic("a"), std::to_string(i), Qos::AtLeastOnce);

    Peer sub = connected(persistent("sub", false));

    sub.acknowledges(sub.receives_message(std::to_string(i))).expects_nothing_more();
    if (i % 2 == 0) sub.disconnects();
  }
}

}  // namespace sluice::conformance
