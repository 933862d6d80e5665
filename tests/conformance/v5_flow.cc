#include "support/conformance.h"

namespace sluice::conformance {

// Flow control by Receive Maximum (v5 4.9) and Maximum Packet Size (v5 3.1.2.11.4).

namespace {

/// Proves that nothing is on its way to a Client whose window is full: its SUBSCRIBE is answered
/// first. A marker message would prove nothing, for QoS 0 may be held back as well, v5 4.9.
void expect_idle(Peer& client, const std::string& unused_topic, Where where = Where::current()) {
  client.subscribed(unused_topic, Qos::AtMostOnce, where).expects_nothing_more(where);
}

}  // namespace

// Covers: MQTT5-3.3.4-9, MQTT5-4.9.0-1, MQTT5-4.9.0-2
CONFORMANCE_TEST(MQTT5_3_3_4_9, ServerKeepsToTheClientsReceiveMaximum) {
  Peer sub = connected(connect("sub").receive_maximum(2)).subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  for (int i = 1; i <= 5; ++i) {
    pub.published(topic("a"), std::to_string(i), i % 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce);
  }

  const Received one = sub.receives_message("1");
  const Received two = sub.receives_message("2");
  expect_idle(sub, topic("unused"));
  sub.sends(pubrec(one.packet_id)).expects(pubrel(one.packet_id));
  expect_idle(sub, topic("unused"));  // PUBREC alone frees nothing
  sub.sends(pubcomp(one.packet_id));
  const Received three = sub.receives_message("3");
  expect_idle(sub, topic("unused"));
  sub.sends(puback(two.packet_id));
  const Received four = sub.receives_message("4");

  sub.sends(pubrec(three.packet_id, ReasonCode::QuotaExceeded));  // a refusal ends it at once
  sub.receives_message("5");
  EXPECT_EQ(four.qos, Qos::AtLeastOnce);
}

// Covers: MQTT5-3.3.4-10, MQTT5-4.9.0-3
CONFORMANCE_TEST(MQTT5_3_3_4_10, FullWindowHoldsBackNothingElse) {
  Peer sub = connected(connect("sub").receive_maximum(1)).subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::AtLeastOnce);
  sub.receives_message("1");

  sub.expects_nothing_more();
  sub.subscribed(topic("b"));
  sub.sends(publish(topic("none"), "x", Qos::ExactlyOnce, 9))
      .expects(pubrec(9, ReasonCode::NoMatchingSubscribers));
  sub.sends(pubrel(9)).expects(pubcomp(9));
  sub.unsubscribed(topic("b"));
}

// Section 3.3.4: more unfinished QoS 1/2 PUBLISHes than Receive Maximum.
CONFORMANCE_TEST(MQTT5_3_3_4_7, ClientAboveTheServersReceiveMaximumIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.receive_max=3"});
  Peer client = peer();
  const Received connack = client.sends(connect("client")).expects_connack();
  client.subscribed("a");
  std::string bytes;
  for (PacketId id = 1; id <= 4; ++id) {
    bytes += publish("b", "x", Qos::ExactlyOnce, id).encode(Version::V5);
  }

  client.sends_bytes(bytes);

  EXPECT_EQ(connack.number(PropertyId::ReceiveMaximum), 3U);
  for (PacketId id = 1; id <= 3; ++id) {
    client.expects(pubrec(id, ReasonCode::NoMatchingSubscribers));
  }
  client.expects_disconnect(ReasonCode::ReceiveMaximumExceeded);
}

CONFORMANCE_TEST(MQTT5_3_3_4_7, FinishedHandshakesMakeRoom) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.receive_max=2"});
  Peer client = connected("client");
  const auto nobody = ReasonCode::NoMatchingSubscribers;

  for (PacketId id = 1; id <= 20; id = static_cast<PacketId>(id + 2)) {
    const PacketId other = static_cast<PacketId>(id + 1);
    client.sends(publish("a", "x", Qos::ExactlyOnce, id)).expects(pubrec(id, nobody));
    client.sends(publish("a", "x", Qos::ExactlyOnce, other)).expects(pubrec(other, nobody));
    client.sends(publish("a", "x", Qos::ExactlyOnce, other).dup());  // counts once
    EXPECT_EQ(client.receives(PacketType::Pubrec).packet_id, other);
    client.sends(pubrel(id)).expects(pubcomp(id)).sends(pubrel(other)).expects(pubcomp(other));
  }

  client.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_9_0_1, WindowIsFullAgainAfterAReconnect) {
  Connect packet = persistent("sub").receive_maximum(2);
  Peer sub = connected(packet).subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  for (int i = 1; i <= 4; ++i) pub.published(topic("a"), std::to_string(i), Qos::AtLeastOnce);
  sub.receives_message("1");
  sub.receives_message("2");
  sub.vanishes();

  Peer again = connected(packet.clean_start(false));

  const Received one = again.receives_message("1");
  const Received two = again.receives_message("2");
  expect_idle(again, topic("unused"));
  again.acknowledges(one).acknowledges(two);
  again.acknowledges(again.receives_message("3")).acknowledges(again.receives_message("4"));
}

CONFORMANCE_TEST(MQTT5_4_9_0_1, SmallerReceiveMaximumAfterAReconnectIsKeptToo) {
  Peer sub = connected(persistent("sub").receive_maximum(3));
  sub.subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  for (int i = 1; i <= 3; ++i) pub.published(topic("a"), std::to_string(i), Qos::AtLeastOnce);
  for (int i = 1; i <= 3; ++i) sub.receives_message(std::to_string(i));
  sub.vanishes();

  Peer again = connected(persistent("sub", false).receive_maximum(1));

  for (int i = 1; i <= 3; ++i) {
    const Received message = again.receives_message(std::to_string(i));
    again.expects_nothing_more();
    again.acknowledges(message);
  }
}

// Covers: MQTT5-3.1.2-24, MQTT5-3.1.2-25
CONFORMANCE_TEST(MQTT5_3_1_2_24, MessageTooLargeForTheClientIsDropped) {
  Peer sub = connected(connect("sub").with(PropertyId::MaximumPacketSize, 128));
  sub.subscribed(topic("a"), Qos::AtLeastOnce);
  Peer other = connected("other").subscribed(topic("a"));
  Peer pub = connected("pub");
  const std::size_t overhead =
      publish(topic("a"), "", Qos::AtLeastOnce, 1).encode(Version::V5).size();
  const std::string fits(128 - overhead, 'f');

  pub.published(topic("a"), fits, Qos::AtLeastOnce)
      .published(topic("a"), fits + "!", Qos::AtLeastOnce)
      .published(topic("a"), "after", Qos::AtLeastOnce);

  const Received first = sub.receives_message(fits);
  EXPECT_EQ(first.bytes.size(), 128U);
  sub.acknowledges(first).acknowledges(sub.receives_message("after")).expects_nothing_more();
  other.receives_message(fits);
  other.receives_message(fits + "!");
}

CONFORMANCE_TEST(MQTT5_3_1_2_25, DroppedMessageUsesUpNoQuotaAndIsNotKept) {
  Peer sub =
      connected(persistent("sub").receive_maximum(1).with(PropertyId::MaximumPacketSize, 128));
  sub.subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  for (int i = 0; i < 5; ++i) pub.published(topic("a"), std::string(500, 'x'), Qos::ExactlyOnce);
  pub.published(topic("a"), "small", Qos::ExactlyOnce);
  sub.acknowledges(sub.receives_message("small")).disconnects();

  Peer again = connected(persistent("sub", false));

  again.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_1_2_24, QueuedAndRetainedMessagesKeepToTheSizeToo) {
  const auto limited = [this](bool clean) {
    return persistent("sub", clean).with(PropertyId::MaximumPacketSize, 128);
  };
  connected(limited(true)).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  Peer pub = connected("pub");
  pub.published(topic("a"), std::string(500, 'x'), Qos::AtLeastOnce)
      .published(topic("a"), "small", Qos::AtLeastOnce);
  pub.published(publish(topic("r"), std::string(500, 'x'), Qos::AtLeastOnce, 1).retain());

  Peer sub = connected(limited(false));

  sub.acknowledges(sub.receives_message("small")).expects_nothing_more();
  sub.subscribed(topic("r")).expects_nothing_more();
}

// Covers: MQTT5-3.4.2-2, MQTT5-3.4.2-3, MQTT5-3.5.2-2, MQTT5-3.5.2-3, MQTT5-3.6.2-2, MQTT5-3.6.2-3,
// MQTT5-3.7.2-2, MQTT5-3.7.2-3, MQTT5-3.9.2-1, MQTT5-3.9.2-2, MQTT5-3.11.2-1,
// MQTT5-3.11.2-2
CONFORMANCE_TEST(MQTT5_3_4_2_2, AnswersFitTheClientsMaximumPacketSize) {
  constexpr std::size_t kMaximum = 20;  // a CONNACK with our limits has 16 bytes
  Peer client = connected(connect("client").with(PropertyId::MaximumPacketSize, kMaximum));
  const auto fits = [&client](PacketType type) {
    const Received packet = client.receives(type);
    return packet.bytes.size() <= kMaximum && !packet.has(PropertyId::UserProperty);
  };

  client.sends(publish(topic("a"), hex("ff"), Qos::AtLeastOnce, 1)
                   .with(PropertyId::PayloadFormatIndicator, 1));
  EXPECT_TRUE(fits(PacketType::Puback));
  client.sends(publish(topic("a"), hex("ff"), Qos::ExactlyOnce, 2)
                   .with(PropertyId::PayloadFormatIndicator, 1));
  EXPECT_TRUE(fits(PacketType::Pubrec));
  client.sends(pubrel(3));
  EXPECT_TRUE(fits(PacketType::Pubcomp));
  client.sends(pubrec(4));
  EXPECT_TRUE(fits(PacketType::Pubrel));
  client.sends(subscribe(5, {{.filter = "#/wrong"}, {.filter = "+wrong"}}));
  EXPECT_TRUE(fits(PacketType::Suback));
  client.sends(unsubscribe(6, {topic("none"), "#/wrong"}));
  EXPECT_TRUE(fits(PacketType::Unsuback));
}

// Covers: MQTT5-3.14.2-3, MQTT5-3.14.2-4
CONFORMANCE_TEST(MQTT5_3_14_2_3, DisconnectFitsTheClientsMaximumPacketSize) {
  constexpr std::size_t kMaximum = 20;
  Peer client = connected(connect("client").with(PropertyId::MaximumPacketSize, kMaximum));

  client.sends(auth(ReasonCode::Reauthenticate));

  const Received packet = client.receives(PacketType::Disconnect);
  EXPECT_LE(packet.bytes.size(), kMaximum);
  client.expects_closed();
}

}  // namespace sluice::conformance
