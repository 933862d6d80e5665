#include "conformance/v3_common.h"

namespace sluice::conformance {

CONFORMANCE_TEST(MQTT311_3_10_3_1, FilterThatIsNotUtf8ClosesTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends(unsubscribe(1, {topic("a") + hex("ff")})).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_10_3_1, BytesBetweenFiltersCloseTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends_bytes(frame(0xA2, two_bytes(1) + text(topic("a")) + hex("01"))).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_10_3_2, UnsubscribeWithoutFilterClosesTheConnection) {
  connected(v311(connect("client"))).sends(unsubscribe(1, {})).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_10_4_1, OnlyTheVerySameFilterIsDeleted) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));
  subscriber.subscribed(topic("a/+"));

  // Each of these is another filter, though some match the same topics.
  for (const char* levels : {"a/b", "a/#", "A/+", "a/+/", "a"}) {
    subscriber.unsubscribed(topic(levels));
  }
  publisher.published(topic("a/b"), "still");
  subscriber.receives_message("still");

  subscriber.unsubscribed(topic("a/+"));
  publisher.published(topic("a/b"), "gone");
  expect_no_delivery(subscriber, publisher);
}

CONFORMANCE_TEST(MQTT311_3_10_4_2, DeletedSubscriptionAddsNoMessages) {
  Peer publisher = connected(v311(connect("publisher")));
  Peer subscriber = connected(v311_kept(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::AtLeastOnce).unsubscribed(topic("a"));

  publisher.published(topic("a"), "x", Qos::AtLeastOnce);

  expect_no_delivery(subscriber, publisher);
  subscriber.vanishes();
  publisher.published(topic("a"), "y", Qos::AtLeastOnce);
  connected(v311_kept(connect("subscriber"))).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_3_10_4_3, DeliveriesThatHaveBegunAreFinished) {
  Peer publisher = connected(v311(connect("publisher")));
  Peer subscriber = connected(v311_kept(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  publisher.published(topic("a"), "one", Qos::AtLeastOnce);
  publisher.published(topic("a"), "two", Qos::ExactlyOnce);
  const Received one = subscriber.receives_message("one");
  const Received two = subscriber.receives_message("two");

  subscriber.unsubscribed(topic("a"));
  subscriber.sends(pubrec(two.packet_id)).expects(pubrel(two.packet_id));
  subscriber.vanishes();

  Peer again = connected(v311_kept(connect("subscriber")));
  EXPECT_EQ(again.receives_message("one").packet_id, one.packet_id);
  again.sends(puback(one.packet_id)).expects(pubrel(two.packet_id));
  again.sends(pubcomp(two.packet_id)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_3_10_4_4, UnsubscribeIsAnsweredWithUnsubackOfItsId) {
  Peer client = connected(v311(connect("client")));
  client.subscribed(topic("a"));

  client.sends(unsubscribe(0xABCD, {topic("a")}));

  EXPECT_EQ(client.receives(PacketType::Unsuback).bytes, hex("b0 02 ab cd"));
}

CONFORMANCE_TEST(MQTT311_3_10_4_5, UnsubackComesWhenNothingWasDeletedToo) {
  Peer client = connected(v311(connect("client")));

  client.sends(unsubscribe(9, {topic("never subscribed")})).expects_unsuback(9);
}

CONFORMANCE_TEST(MQTT311_3_10_4_6, SeveralFiltersAreDeletedWithOneUnsuback) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));
  subscriber.subscribed(topic("a")).subscribed(topic("b")).subscribed(topic("c"));

  subscriber.sends(unsubscribe(5, {topic("a"), topic("none"), topic("c")})).expects_unsuback(5);

  for (const char* levels : {"a", "c", "b"}) publisher.published(topic(levels), levels);
  subscriber.receives_message("b");
}

}  // namespace sluice::conformance
