#include <algorithm>

#include "conformance/v3_common.h"

namespace sluice::conformance {

CONFORMANCE_TEST(MQTT311_3_3_1_1, RedeliveredPublishHasDup) {
  Peer first = connected(v311_kept(connect("subscriber")));
  first.subscribed(topic("a"), Qos::AtLeastOnce);
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::AtLeastOnce);
  EXPECT_FALSE(first.receives_message("x").dup);
  first.vanishes();

  Peer second = connected(v311_kept(connect("subscriber")));

  EXPECT_TRUE(second.receives_message("x").dup);
}

CONFORMANCE_TEST(MQTT311_3_3_1_2, QosZeroWithDupClosesTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends(publish(topic("a"), "x").dup()).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_3_1_3, DupOfThePublisherIsNotPassedOn) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  Peer publisher = connected(v311(connect("publisher")));

  publisher.published(publish(topic("a"), "one", Qos::AtLeastOnce, 1).dup());
  publisher.published(publish(topic("a"), "two", Qos::ExactlyOnce, 2).dup());

  EXPECT_FALSE(subscriber.receives_message("one").dup);
  EXPECT_FALSE(subscriber.receives_message("two").dup);
}

CONFORMANCE_TEST(MQTT311_3_3_1_4, QosThreeClosesTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends_bytes(frame(0x36, text(topic("a")) + two_bytes(1) + "x")).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_3_2_1, TopicNameThatIsNotUtf8ClosesTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends(publish(topic("a") + hex("ff"), "x")).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_3_2_1, TopicNameComesFirstInWhatTheServerSends) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::AtLeastOnce);
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::AtLeastOnce);

  const Received got = subscriber.receives_publish();

  EXPECT_EQ(got.bytes, frame(0x32, text(topic("a")) + two_bytes(got.packet_id) + "x"));
}

// Covers: MQTT311-4.7.1-1
CONFORMANCE_TEST(MQTT311_3_3_2_2, WildcardInATopicNameClosesTheConnection) {
  for (const char* levels : {"#", "+", "a/#", "+/a", "a/+/b", "a+", "a#"}) {
    Peer client = connected(v311(connect("client")));
    client.sends(publish(topic(levels), "x")).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_3_3_2_3, DeliveredTopicNameMatchesTheFilter) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a/+/c"));
  Peer publisher = connected(v311(connect("publisher")));
  for (const char* levels : {"a/b", "a/b/c/d", "a/c", "b/b/c", "a/b/d"}) {
    publisher.published(topic(levels), "no match");
  }

  publisher.published(topic("a//c"), "empty level");
  publisher.published(topic("a/b/c"), "level");

  EXPECT_EQ(subscriber.receives_message("empty level").topic, topic("a//c"));
  EXPECT_EQ(subscriber.receives_message("level").topic, topic("a/b/c"));
}

CONFORMANCE_TEST(MQTT311_3_3_5_1, OverlappingSubscriptionsDeliverAtTheHighestQos) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a/#"), Qos::AtMostOnce);
  subscriber.subscribed(topic("a/b"), Qos::ExactlyOnce);
  subscriber.subscribed(topic("a/+"), Qos::AtLeastOnce);
  Peer publisher = connected(v311(connect("publisher")));

  publisher.published(topic("a/b"), "x", Qos::ExactlyOnce);
  publisher.published(topic("a/b/end"), "end");

  // One copy at the highest QoS, or one each: the standard leaves it to the Server.
  Qos highest = Qos::AtMostOnce;
  for (Received got = subscriber.receives_publish(); got.payload != "end";
       got = subscriber.receives_publish()) {
    highest = std::max(highest, got.qos);
  }
  EXPECT_EQ(highest, Qos::ExactlyOnce);
}

}  // namespace sluice::conformance
