#include <algorithm>

#include "conformance/v3_common.h"

namespace sluice::conformance {

// Covers: MQTT311-3.3.1-8
CONFORMANCE_TEST(MQTT311_3_3_1_5, RetainedMessageWaitsForLaterSubscribers) {
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());

  for (const char* name : {"one", "two"}) {
    Peer late = connected(v311(connect(name)));
    late.subscribed(topic("a"), Qos::ExactlyOnce);
    const Received got = late.receives_message("kept");
    EXPECT_TRUE(got.retain);
    EXPECT_EQ(got.qos, Qos::AtLeastOnce) << "stored with its QoS";
    EXPECT_EQ(got.topic, topic("a"));
    late.acknowledges(got).expects_nothing_more();
  }
}

CONFORMANCE_TEST(MQTT311_3_3_1_6, NewSubscriptionGetsTheLastRetainedMessageOfEachTopic) {
  Peer publisher = connected(v311(connect("publisher")));
  for (const char* levels : {"a/1", "a/2", "a/3/deep", "b/1"}) {
    publisher.published(
        publish(topic(levels), "old", Qos::AtLeastOnce, publisher.fresh_id()).retain());
    publisher.published(
        publish(topic(levels), levels, Qos::AtLeastOnce, publisher.fresh_id()).retain());
  }
  Peer late = connected(v311(connect("late")));

  late.subscribed(topic("a/#"), Qos::AtLeastOnce);

  auto payloads = late.receives_messages(3);
  std::ranges::sort(payloads);
  EXPECT_EQ(payloads, (std::vector<std::string>{"a/1", "a/2", "a/3/deep"}));
  late.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_3_3_1_7, RetainedMessageOfQosZeroReplacesTheOldOne) {
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish(topic("a"), "old", Qos::AtLeastOnce, 1).retain());
  publisher.published(publish(topic("a"), "new").retain());
  publisher.published(topic("fence"), "", Qos::AtLeastOnce);

  Peer late = connected(v311(connect("late")));
  late.subscribed(topic("a"), Qos::AtLeastOnce);

  late.receives_message("new");
}

CONFORMANCE_TEST(MQTT311_3_3_1_9, EstablishedSubscriptionSeesRetainZero) {
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::AtLeastOnce);
  Peer publisher = connected(v311(connect("publisher")));

  publisher.published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());

  EXPECT_FALSE(subscriber.receives_message("x").retain);
}

CONFORMANCE_TEST(MQTT311_3_3_1_10, EmptyRetainedPayloadIsDeliveredAndRemovesTheMessage) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  subscriber.subscribed(topic("a"));
  subscriber.receives_message("kept");

  publisher.published(publish(topic("a"), "", Qos::AtLeastOnce, 2).retain());

  EXPECT_FALSE(subscriber.receives_message("").retain);
  connected(v311(connect("late"))).subscribed(topic("a")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_3_3_1_11, EmptyMessageIsNotRetained) {
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish(topic("a"), "", Qos::AtLeastOnce, 1).retain());

  connected(v311(connect("late"))).subscribed(topic("#")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_3_3_1_12, RetainZeroNeitherStoresNorReplaces) {
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish(topic("kept"), "old", Qos::AtLeastOnce, 1).retain());

  publisher.published(topic("kept"), "new", Qos::AtLeastOnce);
  publisher.published(topic("kept"), "", Qos::AtLeastOnce);
  publisher.published(topic("none"), "new", Qos::AtLeastOnce);

  Peer late = connected(v311(connect("late")));
  late.subscribed(topic("#"));
  late.receives_message("old");
  late.expects_nothing_more();
}

}  // namespace sluice::conformance
