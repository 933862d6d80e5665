#include "conformance/v3_common.h"

namespace sluice::conformance {

CONFORMANCE_TEST(MQTT311_3_1_2_4, SubscriptionsSurviveTheConnection) {
  connected(v311_kept(connect("client"))).subscribed(topic("a")).disconnects();

  Peer client = connected(v311_kept(connect("client")));
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(topic("a"), "x");

  client.receives_message("x");
}

// Covers: MQTT311-4.5.0-1
CONFORMANCE_TEST(MQTT311_3_1_2_5, MessagesWaitForAnAbsentClient) {
  connected(v311_kept(connect("client"))).subscribed(topic("a"), Qos::ExactlyOnce).disconnects();
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(topic("a"), "one", Qos::AtLeastOnce);
  publisher.published(topic("a"), "two", Qos::ExactlyOnce);

  Peer client = connected(v311_kept(connect("client")));

  const Received one = client.receives_message("one");
  EXPECT_EQ(one.qos, Qos::AtLeastOnce);
  EXPECT_FALSE(one.dup) << "never sent before";
  client.sends(puback(one.packet_id));
  const Received two = client.receives_message("two");
  EXPECT_EQ(two.qos, Qos::ExactlyOnce);
  client.acknowledges(two).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_4_5_0_1, EverySubscribedSessionGetsTheMessage) {
  for (const char* name : {"one", "two", "three"}) {
    connected(v311_kept(connect(name))).subscribed(topic("+"), Qos::AtLeastOnce).disconnects();
  }
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::AtLeastOnce);

  for (const char* name : {"one", "two", "three"}) {
    Peer client = connected(v311_kept(connect(name)));
    client.acknowledges(client.receives_message("x"));
  }
}

CONFORMANCE_TEST(MQTT311_3_1_2_6, CleanSessionOneThrowsTheOldSessionAway) {
  connected(v311_kept(connect("client"))).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(topic("a"), "waiting", Qos::AtLeastOnce);

  Peer client = connected(v311(connect("client")));
  expect_no_delivery(client, publisher);
  publisher.published(topic("a"), "later", Qos::AtLeastOnce);
  expect_no_delivery(client, publisher);
}

CONFORMANCE_TEST(MQTT311_3_1_2_6, SessionOfCleanSessionOneIsNeverReused) {
  connected(v311(connect("client"))).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();

  Peer client = peer();
  client.sends(v311_kept(connect("client")));

  EXPECT_FALSE(client.expects_connack().session_present);
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(topic("a"), "x", Qos::AtLeastOnce);
  expect_no_delivery(client, publisher);
}

CONFORMANCE_TEST(MQTT311_3_1_2_7, RetainedMessagesOutliveTheSession) {
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  publisher.disconnects();

  Peer late = connected(v311(connect("late")));
  late.subscribed(topic("a"));

  late.receives_message("kept");
}

CONFORMANCE_TEST(MQTT311_3_1_3_2, SessionsBelongToTheirClientId) {
  connected(v311_kept(connect("one"))).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::AtLeastOnce);

  Peer other = peer();
  other.sends(v311_kept(connect("other")));
  EXPECT_FALSE(other.expects_connack().session_present);
  other.expects_nothing_more();

  Peer one = peer();
  one.sends(v311_kept(connect("one")));
  EXPECT_TRUE(one.expects_connack().session_present);
  one.receives_message("x");
}

// Covers: MQTT311-4.1.0-2
CONFORMANCE_TEST(MQTT311_4_1_0_1, StateIsKeptThroughSeveralConnections) {
  Peer publisher = connected(v311(connect("publisher")));
  connected(v311_kept(connect("client"))).subscribed(topic("a"), Qos::AtLeastOnce).vanishes();
  for (const char* payload : {"one", "two", "three"}) {
    publisher.published(topic("a"), payload, Qos::AtLeastOnce);
    Peer client = connected(v311_kept(connect("client")));
    client.acknowledges(client.receives_message(payload)).expects_nothing_more();
    client.vanishes();
  }
}

CONFORMANCE_TEST(MQTT311_4_4_0_1, UnacknowledgedPublishIsResentUnderItsId) {
  Peer publisher = connected(v311(connect("publisher")));
  for (const Qos qos : {Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    Peer first = connected(v311_kept(connect("client")));
    first.subscribed(topic("a"), Qos::ExactlyOnce);
    publisher.published(topic("a"), "x", qos);
    const Received sent = first.receives_message("x");
    first.vanishes();

    Peer second = connected(v311_kept(connect("client")));
    const Received resent = second.receives_message("x");

    EXPECT_EQ(resent.packet_id, sent.packet_id);
    EXPECT_EQ(resent.qos, qos);
    EXPECT_TRUE(resent.dup);
    second.acknowledges(resent).expects_nothing_more();
    second.disconnects();
  }
}

CONFORMANCE_TEST(MQTT311_4_4_0_1, UnansweredPubrelIsResentUnderItsId) {
  Peer publisher = connected(v311(connect("publisher")));
  Peer first = connected(v311_kept(connect("client")));
  first.subscribed(topic("a"), Qos::ExactlyOnce);
  publisher.published(topic("a"), "x", Qos::ExactlyOnce);
  const Received sent = first.receives_message("x");
  first.sends(pubrec(sent.packet_id)).expects(pubrel(sent.packet_id));
  first.vanishes();

  Peer second = connected(v311_kept(connect("client")));

  second.expects(pubrel(sent.packet_id));
  second.sends(pubcomp(sent.packet_id)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_4_4_0_1, AcknowledgedMessagesAreNotResent) {
  Peer publisher = connected(v311(connect("publisher")));
  Peer first = connected(v311_kept(connect("client")));
  first.subscribed(topic("a"), Qos::ExactlyOnce);
  publisher.published(topic("a"), "one", Qos::AtLeastOnce);
  publisher.published(topic("a"), "two", Qos::ExactlyOnce);
  first.acknowledges(first.receives_message("one"));
  first.acknowledges(first.receives_message("two")).expects_nothing_more();
  first.vanishes();

  connected(v311_kept(connect("client"))).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_4_6_0_1, ResentMessagesKeepTheirOrder) {
  Peer publisher = connected(v311(connect("publisher")));
  Peer first = connected(v311_kept(connect("client")));
  first.subscribed(topic("a"), Qos::ExactlyOnce);
  std::vector<PacketId> ids;
  for (int n = 0; n < 10; ++n) {
    const Qos qos = n % 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    publisher.published(topic("a"), std::to_string(n), qos);
    ids.push_back(first.receives_message(std::to_string(n)).packet_id);
  }
  first.vanishes();

  Peer second = connected(v311_kept(connect("client")));

  for (int n = 0; n < 10; ++n) {
    const Received resent = second.receives_message(std::to_string(n));
    EXPECT_EQ(resent.packet_id, ids[static_cast<std::size_t>(n)]);
    EXPECT_TRUE(resent.dup);
  }
}

}  // namespace sluice::conformance
