#include <algorithm>

#include "conformance/v3_common.h"

namespace sluice::conformance {

// Covers: MQTT311-3.8.4-2, MQTT311-2.3.1-7
CONFORMANCE_TEST(MQTT311_3_8_4_1, SubscribeIsAnsweredWithSubackOfItsId) {
  Peer client = connected(v311(connect("client")));

  client.sends(subscribe(0xABCD, {{.filter = topic("a"), .qos = Qos::AtLeastOnce}}));

  EXPECT_EQ(client.receives(PacketType::Suback).bytes, hex("90 03 ab cd 01"));
}

CONFORMANCE_TEST(MQTT311_3_8_3_1, FilterThatIsNotUtf8ClosesTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends(subscribe(1, {{.filter = topic("a") + hex("ff")}})).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_8_3_2, WildcardsAreRejectedWhereTheyAreSwitchedOff) {
  own_broker({"mqtt.wildcard_subscriptions=false"});
  Peer client = connected(v311(connect("client")));

  client.sends(subscribe(1, {{.filter = topic("#")}, {.filter = topic("a")}}));

  client.expects_suback(1, {kSubscribeFailure, granted(Qos::AtMostOnce)});
}

CONFORMANCE_TEST(MQTT311_3_8_3_3, SubscribeWithoutFilterClosesTheConnection) {
  connected(v311(connect("client"))).sends(subscribe(1, {})).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_8_3_4, ReservedBitsOfTheRequestedQosCloseTheConnection) {
  for (const char* options : {"03", "04", "08", "10", "80"}) {
    Peer client = connected(v311(connect("client")));
    client.sends_bytes(frame(0x82, two_bytes(1) + text(topic("a")) + hex(options)))
        .expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_3_8_4_3, SameFilterReplacesTheSubscription) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));
  subscriber.subscribed(topic("a"), Qos::AtMostOnce);

  subscriber.subscribed(topic("a"), Qos::AtLeastOnce);
  publisher.published(topic("a"), "x", Qos::AtLeastOnce);

  const Received got = subscriber.receives_message("x");
  EXPECT_EQ(got.qos, Qos::AtLeastOnce);
  subscriber.acknowledges(got);
  expect_no_delivery(subscriber, publisher);
}

CONFORMANCE_TEST(MQTT311_3_8_4_3, SameFilterSendsRetainedMessagesAgain) {
  Peer publisher = connected(v311(connect("publisher")));
  publisher.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  Peer subscriber = connected(v311(connect("subscriber")));

  for (int n = 0; n < 2; ++n) {
    subscriber.subscribed(topic("a"));
    EXPECT_TRUE(subscriber.receives_message("kept").retain);
  }
}

CONFORMANCE_TEST(MQTT311_3_8_4_3, ReplacingASubscriptionLosesNoMessage) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));
  subscriber.subscribed(topic("a"), Qos::AtLeastOnce);
  std::vector<std::string> expected;
  std::string burst;
  for (PacketId n = 1; n <= 200; ++n) {
    burst += publish(topic("a"), std::to_string(n), Qos::AtLeastOnce, n).encode(Version::V311);
    expected.push_back(std::to_string(n));
  }

  publisher.sends(raw(burst));
  for (PacketId n = 1; n <= 20; ++n) {
    subscriber.sends(subscribe(n, {{.filter = topic("a"), .qos = Qos::AtLeastOnce}}));
  }

  std::vector<std::string> got;
  while (got.size() < expected.size()) {
    const Received packet = subscriber.receives();
    if (packet.type == PacketType::Suback) continue;
    subscriber.acknowledges(packet);
    got.push_back(packet.payload);
  }
  EXPECT_EQ(got, expected);
}

CONFORMANCE_TEST(MQTT311_3_8_4_4, SeveralFiltersActLikeSubscribesInSequence) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));

  subscriber.sends(subscribe(1, {{.filter = topic("a"), .qos = Qos::ExactlyOnce},
                                 {.filter = topic("b"), .qos = Qos::AtLeastOnce},
                                 {.filter = topic("a"), .qos = Qos::AtMostOnce}}));

  subscriber.expects_suback(
      1, {granted(Qos::ExactlyOnce), granted(Qos::AtLeastOnce), granted(Qos::AtMostOnce)});
  publisher.published(topic("a"), "to a", Qos::ExactlyOnce);
  publisher.published(topic("b"), "to b", Qos::ExactlyOnce);
  EXPECT_EQ(subscriber.receives_message("to a").qos, Qos::AtMostOnce) << "the last one counts";
  EXPECT_EQ(subscriber.receives_message("to b").qos, Qos::AtLeastOnce);
}

// Covers: MQTT311-3.9.3-1, MQTT311-3.9.3-2
CONFORMANCE_TEST(MQTT311_3_8_4_5, SubackHasOneCodePerFilterInTheirOrder) {
  Peer client = connected(v311(connect("client")));

  client.sends(subscribe(1, {{.filter = topic("a"), .qos = Qos::AtLeastOnce},
                             {.filter = topic("a/#/b"), .qos = Qos::AtMostOnce},
                             {.filter = topic("b"), .qos = Qos::ExactlyOnce},
                             {.filter = topic("c"), .qos = Qos::AtMostOnce}}));

  EXPECT_EQ(client.receives(PacketType::Suback).bytes, hex("90 06 00 01 01 80 02 00"));
}

CONFORMANCE_TEST(MQTT311_3_8_4_6, DeliveredQosIsTheLowerOfPublishedAndGranted) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));
  for (const Qos granted_qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    subscriber.subscribed(topic("a"), granted_qos);
    for (const Qos qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
      publisher.published(topic("a"), "x", qos);
      const Received got = subscriber.receives_message("x");
      EXPECT_EQ(got.qos, std::min(qos, granted_qos));
      subscriber.acknowledges(got);
    }
  }
}

}  // namespace sluice::conformance
