#include <set>

#include "conformance/v3_common.h"

namespace sluice::conformance {

// Covers: MQTT311-2.3.1-5
CONFORMANCE_TEST(MQTT311_4_3_1_1, QosZeroIsSentWithoutDupAndPacketId) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"));

  connected(v311(connect("publisher"))).published(topic("a"), "x").expects_nothing_more();

  EXPECT_EQ(subscriber.receives_publish().bytes, frame(0x30, text(topic("a")) + "x"));
}

// Covers: MQTT311-2.3.1-6
CONFORMANCE_TEST(MQTT311_3_3_4_1, PublishIsAnsweredByItsQos) {
  Peer client = connected(v311(connect("client")));

  client.sends(publish(topic("a"), "0")).expects_nothing_more();
  client.sends(publish(topic("a"), "1", Qos::AtLeastOnce, 0x1234));
  EXPECT_EQ(client.receives().bytes, hex("40 02 12 34"));
  client.sends(publish(topic("a"), "2", Qos::ExactlyOnce, 0xFFFF));
  EXPECT_EQ(client.receives().bytes, hex("50 02 ff ff"));
  client.sends(pubrel(0xFFFF));
  EXPECT_EQ(client.receives().bytes, hex("70 02 ff ff"));
}

CONFORMANCE_TEST(MQTT311_4_3_2_1, QosOneIsSentOnceAndWaitsForPuback) {
  Peer subscriber = connected(v311_kept(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::AtLeastOnce);
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::AtLeastOnce);

  const Received sent = subscriber.receives_message("x");

  EXPECT_EQ(sent.qos, Qos::AtLeastOnce);
  EXPECT_FALSE(sent.dup);
  subscriber.vanishes();
  Peer again = connected(v311_kept(connect("subscriber")));
  EXPECT_EQ(again.receives_message("x").packet_id, sent.packet_id) << "unacknowledged until PUBACK";
}

CONFORMANCE_TEST(MQTT311_4_3_2_2, AfterPubackTheIdStandsForANewMessage) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"));
  Peer publisher = connected(v311(connect("publisher")));

  publisher.sends(publish(topic("a"), "first", Qos::AtLeastOnce, 7)).expects(puback(7));
  publisher.sends(publish(topic("a"), "second", Qos::AtLeastOnce, 7).dup()).expects(puback(7));

  EXPECT_EQ(subscriber.receives_messages(2), (std::vector<std::string>{"first", "second"}));
}

CONFORMANCE_TEST(MQTT311_4_3_3_1, QosTwoGoesThroughItsFourPackets) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::ExactlyOnce);

  const Received sent = subscriber.receives_message("x");

  EXPECT_EQ(sent.qos, Qos::ExactlyOnce);
  EXPECT_FALSE(sent.dup);
  subscriber.expects_nothing_more();
  subscriber.sends(pubrec(sent.packet_id));
  EXPECT_EQ(subscriber.receives().bytes, hex("62 02") + two_bytes(sent.packet_id));
  subscriber.sends(pubcomp(sent.packet_id)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_4_3_3_1, PublishIsNotResentAfterPubrel) {
  Peer subscriber = connected(v311_kept(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::ExactlyOnce);
  const Received sent = subscriber.receives_message("x");
  subscriber.sends(pubrec(sent.packet_id)).expects(pubrel(sent.packet_id));
  subscriber.vanishes();

  Peer again = connected(v311_kept(connect("subscriber")));

  again.expects(pubrel(sent.packet_id)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_4_3_3_2, RepeatBeforePubrelIsDeliveredOnce) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  Peer publisher = connected(v311(connect("publisher")));

  publisher.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  publisher.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7).dup()).expects(pubrec(7));
  publisher.sends(pubrel(7)).expects(pubcomp(7));

  subscriber.acknowledges(subscriber.receives_message("x"));
  expect_no_delivery(subscriber, publisher);
}

CONFORMANCE_TEST(MQTT311_4_3_3_2, RepeatAfterAReconnectIsDeliveredOnce) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::AtLeastOnce);
  Peer publisher = connected(v311_kept(connect("publisher")));
  publisher.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  publisher.vanishes();

  Peer again = connected(v311_kept(connect("publisher")));
  again.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7).dup()).expects(pubrec(7));
  again.sends(pubrel(7)).expects(pubcomp(7));

  subscriber.acknowledges(subscriber.receives_message("x"));
  expect_no_delivery(subscriber, again);
}

CONFORMANCE_TEST(MQTT311_4_3_3_2, AfterPubcompTheIdStandsForANewMessage) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"));
  Peer publisher = connected(v311(connect("publisher")));
  for (const char* payload : {"first", "second"}) {
    publisher.published(publish(topic("a"), payload, Qos::ExactlyOnce, 7));
  }

  EXPECT_EQ(subscriber.receives_messages(2), (std::vector<std::string>{"first", "second"}));
}

CONFORMANCE_TEST(MQTT311_2_3_1_4, IdsOfUnfinishedMessagesAreNotGivenToOthers) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  Peer publisher = connected(v311(connect("publisher")));
  std::set<PacketId> unfinished;

  for (int n = 0; n < 30; ++n) {
    const Qos qos = n % 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    publisher.published(topic("a"), std::to_string(n), qos);
    const Received sent = subscriber.receives_message(std::to_string(n));
    EXPECT_TRUE(unfinished.insert(sent.packet_id).second) << sent.packet_id << " is in use";
    if (n % 3 != 0) continue;
    subscriber.acknowledges(sent);
    unfinished.erase(sent.packet_id);
  }
}

CONFORMANCE_TEST(MQTT311_4_6_0_2, PubacksComeInTheOrderOfTheirPublishes) {
  Peer client = connected(v311(connect("client")));
  std::string burst;
  for (PacketId n = 1; n <= 50; ++n) {
    burst += publish(topic("a"), "x", Qos::AtLeastOnce, n).encode(Version::V311);
  }

  client.sends(raw(burst));

  for (PacketId n = 1; n <= 50; ++n) client.expects(puback(n));
}

CONFORMANCE_TEST(MQTT311_4_6_0_3, PubrecsComeInTheOrderOfTheirPublishes) {
  Peer client = connected(v311(connect("client")));
  std::string burst;
  for (PacketId n = 1; n <= 50; ++n) {
    burst += publish(topic("a"), "x", Qos::ExactlyOnce, n).encode(Version::V311);
  }

  client.sends(raw(burst));

  for (PacketId n = 1; n <= 50; ++n) client.expects(pubrec(n));
}

CONFORMANCE_TEST(MQTT311_4_6_0_4, PubrelsComeInTheOrderOfTheirPubrecs) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  Peer publisher = connected(v311(connect("publisher")));
  std::vector<PacketId> ids;
  for (const char* payload : {"one", "two", "three"}) {
    publisher.published(topic("a"), payload, Qos::ExactlyOnce);
    ids.push_back(subscriber.receives_message(payload).packet_id);
  }

  subscriber.sends(pubrec(ids[1])).sends(pubrec(ids[2])).sends(pubrec(ids[0]));

  subscriber.expects(pubrel(ids[1])).expects(pubrel(ids[2])).expects(pubrel(ids[0]));
}

// Covers: MQTT311-4.6.0-5
CONFORMANCE_TEST(MQTT311_4_6_0_6, MessagesOfOneTopicAndQosKeepTheirOrder) {
  for (const Qos qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    Peer subscriber = connected(v311(connect("subscriber")));
    subscriber.subscribed(topic("+"), qos);
    Peer publisher = connected(v311(connect("publisher")));
    std::vector<std::string> expected;
    std::string burst;
    for (PacketId n = 1; n <= 100; ++n) {
      const PacketId packet_id = qos == Qos::AtMostOnce ? PacketId{0} : n;
      burst += publish(topic("a"), std::to_string(n), qos, packet_id).encode(Version::V311);
      expected.push_back(std::to_string(n));
    }

    publisher.sends(raw(burst));

    EXPECT_EQ(subscriber.receives_messages(100), expected);
  }
}

}  // namespace sluice::conformance
