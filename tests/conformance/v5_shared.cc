#include "support/conformance.h"

namespace sluice::conformance {

// Shared Subscriptions, v5 4.8.2.

namespace {

/// Takes what has come, acknowledges it and returns the payloads; ends at the answer to a PINGREQ.
std::vector<std::string> drain(Peer& peer) {
  std::vector<std::string> payloads;
  peer.sends(pingreq());
  while (true) {
    const Received packet = peer.receives();
    if (packet.type == PacketType::Pingresp) return payloads;
    if (packet.type == PacketType::Pubrel) {
      peer.sends(pubcomp(packet.packet_id));
      continue;
    }
    if (packet.qos == Qos::AtLeastOnce) peer.sends(puback(packet.packet_id));
    if (packet.qos == Qos::ExactlyOnce) peer.sends(pubrec(packet.packet_id));
    payloads.push_back(packet.payload);
  }
}

}  // namespace

CONFORMANCE_TEST(MQTT5_4_8_2_1, MessageOfAGroupGoesToOneMember) {
  Peer one = connected("one").subscribed("$share/g/" + topic("a"), Qos::AtLeastOnce);
  Peer two = connected("two").subscribed("$share/g/" + topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  std::vector<std::string> sent;
  for (int i = 10; i < 50; ++i) {
    sent.push_back(std::to_string(i));
    pub.published(topic("a"), sent.back(), Qos::AtLeastOnce);
  }

  // Both members see a marker behind the last message, so that nothing is under way after it.
  one.subscribed(topic("end"));
  two.subscribed(topic("end"));
  pub.published(topic("end"), "end");
  std::vector<std::string> received;
  for (Peer* member : {&one, &two}) {
    std::vector<std::string> payloads = drain(*member);
    std::size_t taken = 0;
    while (std::find(payloads.begin(), payloads.end(), "end") == payloads.end()) {
      for (const std::string& more : drain(*member)) payloads.push_back(more);
    }
    for (const std::string& payload : payloads) {
      if (payload == "end") continue;
      received.push_back(payload);
      ++taken;
    }
    EXPECT_GT(taken, 0U) << "a member gets nothing at all";
  }

  std::sort(received.begin(), received.end());
  EXPECT_EQ(received, sent);
}

// Covers: MQTT5-4.8.2-1, MQTT5-4.8.2-2
CONFORMANCE_TEST(MQTT5_4_8_2_2, MalformedSharedFiltersAreInvalid) {
  Peer client = connected("client");
  for (const char* wrong :
       {"$share/", "$share//a", "$share/g", "$share/g/", "$share/g+/a", "$share/+/a", "$share/#/a",
        "$share/#", "$share/g/a#", "$share/g/a/#/b"}) {
    SCOPED_TRACE(wrong);
    client.sends(subscribe(1, {{.filter = wrong}}));
    const Received suback = client.receives(PacketType::Suback);
    EXPECT_EQ(suback.codes, std::vector<ReasonCode>{ReasonCode::TopicFilterInvalid});
  }
  client.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_8_3_4, NoLocalOnASharedSubscriptionIsAProtocolError) {
  Peer client = connected("client");

  client.sends(subscribe(1, {{.filter = "$share/g/" + topic("a"), .no_local = true}}));

  client.expects_disconnect(ReasonCode::ProtocolError);
}

CONFORMANCE_TEST(MQTT5_4_8_2_3, QosIsTheOneGrantedToTheChosenMember) {
  Peer low = connected("low").subscribed("$share/g/" + topic("a"), Qos::AtMostOnce);
  Peer pub = connected("pub");

  pub.published(topic("a"), "first", Qos::ExactlyOnce);
  EXPECT_EQ(low.receives_message("first").qos, Qos::AtMostOnce);
  low.unsubscribed("$share/g/" + topic("a"));
  Peer high = connected("high").subscribed("$share/g/" + topic("a"), Qos::AtLeastOnce);
  pub.published(topic("a"), "second", Qos::ExactlyOnce);

  EXPECT_EQ(high.receives_message("second").qos, Qos::AtLeastOnce);
}

CONFORMANCE_TEST(MQTT5_4_8_2_4, BegunQosTwoDeliveryIsFinishedWithItsClient) {
  const std::string filter = "$share/g/" + topic("a");
  Peer chosen = connected(persistent("chosen")).subscribed(filter, Qos::ExactlyOnce);
  Peer pub = connected("pub").published(topic("a"), "x", Qos::ExactlyOnce);
  const PacketId id = chosen.receives_message("x").packet_id;
  Peer other = connected("other").subscribed(filter, Qos::ExactlyOnce);
  chosen.vanishes();

  expect_no_delivery(other, pub);
  Peer again = connected(persistent("chosen", false));

  const Received repeat = again.receives_message("x");
  EXPECT_TRUE(repeat.dup);
  EXPECT_EQ(repeat.packet_id, id);
  again.acknowledges(repeat).expects_nothing_more();
  expect_no_delivery(other, pub);
}

CONFORMANCE_TEST(MQTT5_4_8_2_5, BegunQosTwoDeliveryEndsWithTheSessionOfItsClient) {
  const std::string filter = "$share/g/" + topic("a");
  Peer chosen = connected("chosen").subscribed(filter, Qos::ExactlyOnce);
  Peer pub = connected("pub").published(topic("a"), "x", Qos::ExactlyOnce);
  const PacketId id = chosen.receives_message("x").packet_id;
  chosen.sends(pubrec(id)).expects(pubrel(id));
  Peer other = connected("other").subscribed(filter, Qos::ExactlyOnce);

  chosen.disconnects();  // Session Expiry 0

  expect_no_delivery(other, pub);
}

CONFORMANCE_TEST(MQTT5_4_8_2_6, RefusedMessageIsDiscarded) {
  const std::string filter = "$share/g/" + topic("a");
  Peer chosen = connected(persistent("chosen")).subscribed(filter, Qos::ExactlyOnce);
  Peer pub = connected("pub");
  pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::ExactlyOnce);
  const Received one = chosen.receives_message("1");
  const Received two = chosen.receives_message("2");
  Peer other = connected("other").subscribed(filter, Qos::ExactlyOnce);

  chosen.sends(puback(one.packet_id, ReasonCode::UnspecifiedError));
  chosen.sends(pubrec(two.packet_id, ReasonCode::ImplementationSpecificError));

  chosen.expects_nothing_more();
  expect_no_delivery(other, pub);
  chosen.vanishes();
  connected(persistent("chosen", false)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_8_2_1, NoRetainedMessagesForASharedSubscription) {
  connected("pub").published(publish(topic("a"), "x", Qos::AtLeastOnce, 1).retain());

  Peer sub = connected("sub").subscribed("$share/g/" + topic("a"), Qos::AtLeastOnce);

  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_8_2_1, GroupIsIdentifiedByNameAndFilter) {
  Peer a1 = connected("a1").subscribed("$share/a/" + topic("t"));
  Peer b1 = connected("b1").subscribed("$share/b/" + topic("t"));
  Peer a2 = connected("a2").subscribed("$share/a/" + topic("+"));

  connected("pub").published(topic("t"), "x");

  for (Peer* member : {&a1, &b1, &a2}) member->receives_message("x");
}

CONFORMANCE_TEST(MQTT5_4_8_2_1, MemberOfTwoGroupsGetsACopyForEach) {
  Peer sub = connected("sub");
  sub.sends(subscribe(1, {{.filter = "$share/a/" + topic("t")}})
                .with(PropertyId::SubscriptionIdentifier, 1))
      .expects_suback(1, {ReasonCode::Success});
  sub.sends(subscribe(2, {{.filter = "$share/b/" + topic("t")}})
                .with(PropertyId::SubscriptionIdentifier, 2))
      .expects_suback(2, {ReasonCode::Success});

  Peer pub = connected("pub").published(topic("t"), "x");

  std::vector<std::uint32_t> ids =
      sub.receives_message("x").numbers(PropertyId::SubscriptionIdentifier);
  for (const std::uint32_t n :
       sub.receives_message("x").numbers(PropertyId::SubscriptionIdentifier)) {
    ids.push_back(n);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids, (std::vector<std::uint32_t>{1, 2}));
  expect_no_delivery(sub, pub);
}

CONFORMANCE_TEST(MQTT5_4_8_2_1, LeavingMemberLeavesTheGroupToTheOthers) {
  const std::string filter = "$share/g/" + topic("a");
  Peer stays = connected("stays").subscribed(filter, Qos::AtLeastOnce);
  connected("closes").subscribed(filter, Qos::AtLeastOnce).disconnects();
  Peer leaves = connected("leaves").subscribed(filter, Qos::AtLeastOnce).unsubscribed(filter);
  Peer pub = connected("pub");
  std::vector<std::string> sent;
  for (int i = 0; i < 10; ++i) {
    sent.push_back(std::to_string(i));
    pub.published(topic("a"), sent.back(), Qos::AtLeastOnce);
  }

  EXPECT_EQ(stays.receives_messages(10), sent);
  expect_no_delivery(leaves, pub);
}

}  // namespace sluice::conformance
