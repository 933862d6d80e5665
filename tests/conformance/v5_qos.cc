#include "support/conformance.h"

namespace sluice::conformance {

// QoS 1 and 2 towards the Server (v5 4.3.2, 4.3.3, receiver) and from it (sender).

// Covers: MQTT5-2.2.1-5, MQTT5-4.3.2-4
CONFORMANCE_TEST(MQTT5_4_3_2_4, MessageIsTakenOverAndAcknowledgedWithItsId) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");

  for (const PacketId id : {PacketId{1}, PacketId{256}, PacketId{65'535}}) {
    pub.sends(publish(topic("a"), std::to_string(id), Qos::AtLeastOnce, id)).expects(puback(id));
  }

  EXPECT_EQ(sub.receives_messages(3), (std::vector<std::string>{"1", "256", "65535"}));
}

CONFORMANCE_TEST(MQTT5_4_3_2_5, IdIsNewAfterPubackEvenWithDup) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");

  pub.sends(publish(topic("a"), "x", Qos::AtLeastOnce, 5)).expects(puback(5));
  pub.sends(publish(topic("a"), "x", Qos::AtLeastOnce, 5).dup()).expects(puback(5));

  EXPECT_EQ(sub.receives_messages(2), (std::vector<std::string>{"x", "x"}));
}

// Covers: MQTT5-4.3.3-8, MQTT5-4.3.3-10, MQTT5-4.3.3-11
CONFORMANCE_TEST(MQTT5_4_3_3_10, RepeatBeforePubrelIsDeliveredOnce) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");

  pub.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  pub.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7).dup()).expects(pubrec(7));
  pub.sends(pubrel(7)).expects(pubcomp(7));

  EXPECT_EQ(sub.receives_messages(1), std::vector<std::string>{"x"});
  sub.receives(PacketType::Pubrel);
  expect_no_delivery(sub, pub);
}

CONFORMANCE_TEST(MQTT5_4_3_3_10, RepeatAfterReconnectIsDeliveredOnce) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtMostOnce);
  Peer pub = connected(persistent("pub"));
  pub.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  pub.vanishes();

  Peer again = connected(persistent("pub", false));
  again.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7).dup()).expects(pubrec(7));
  again.sends(pubrel(7)).expects(pubcomp(7));

  sub.receives_message("x");
  expect_no_delivery(sub, again);
}

CONFORMANCE_TEST(MQTT5_4_3_3_12, IdIsNewAfterPubcomp) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");

  for (int i = 0; i < 2; ++i) {
    pub.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7)).expects(pubrec(7));
    pub.sends(pubrel(7)).expects(pubcomp(7));
  }

  EXPECT_EQ(sub.receives_messages(2), (std::vector<std::string>{"x", "x"}));
}

CONFORMANCE_TEST(MQTT5_4_3_3_9, IdIsNewAfterARefusedPublish) {
  Peer sub = connected("sub").subscribed(topic("a"));
  Peer pub = connected("pub");

  pub.sends(publish(topic("a"), hex("ff"), Qos::ExactlyOnce, 7)
                .with(PropertyId::PayloadFormatIndicator, 1))
      .expects(pubrec(7, ReasonCode::PayloadFormatInvalid));
  pub.sends(publish(topic("a"), "good", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  pub.sends(pubrel(7)).expects(pubcomp(7));

  sub.receives_message("good");
}

CONFORMANCE_TEST(MQTT5_4_3_3_13, HandshakeIsFinishedForAnExpiredMessage) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce).disconnects();
  Peer pub = connected("pub");
  pub.sends(
         publish(topic("a"), "x", Qos::ExactlyOnce, 7).with(PropertyId::MessageExpiryInterval, 1))
      .expects(pubrec(7));

  let_pass(2);

  pub.sends(pubrel(7)).expects(pubcomp(7)).expects_nothing_more();
}

// Covers: MQTT5-3.7.2-1, MQTT5-3.6.2-1
CONFORMANCE_TEST(MQTT5_3_7_2_1, UnknownIdsAreAnsweredWithNotFound) {
  Peer client = connected("client");

  client.sends(pubrel(99)).expects(pubcomp(99, ReasonCode::PacketIdentifierNotFound));
  client.sends(pubrec(98)).expects(pubrel(98, ReasonCode::PacketIdentifierNotFound));

  client.expects_nothing_more();
}

// Covers: MQTT5-2.2.1-4, MQTT5-4.3.2-1, MQTT5-4.3.2-2
CONFORMANCE_TEST(MQTT5_4_3_2_1, ServersMessagesHaveUnusedIdsAndNoDup) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  for (int i = 0; i < 10; ++i) {
    pub.published(topic("a"), "x", i % 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce);
  }

  std::vector<PacketId> ids;
  for (int i = 0; i < 10; ++i) {
    const Received message = sub.receives_message("x");
    EXPECT_FALSE(message.dup);
    EXPECT_EQ(message.qos, i % 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce);
    EXPECT_NE(message.packet_id, 0);
    EXPECT_EQ(std::count(ids.begin(), ids.end(), message.packet_id), 0);
    ids.push_back(message.packet_id);
  }
}

CONFORMANCE_TEST(MQTT5_4_3_1_1, QosZeroHasNeitherDupNorId) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtMostOnce);

  connected("pub").published(topic("a"), "x", Qos::ExactlyOnce);

  const Received message = sub.receives_message("x");
  EXPECT_EQ(message.bytes, publish(topic("a"), "x").encode(Version::V5));
}

// Covers: MQTT5-2.2.1-2, MQTT5-2.2.2-1
CONFORMANCE_TEST(MQTT5_2_2_1_2, QosZeroFromAClientHasNoId) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtMostOnce);

  // What looks like an id to others is Property Length 0 and a payload here.
  connected("pub").sends_bytes(frame(0x30, text(topic("a")) + hex("00 07")));

  EXPECT_EQ(sub.receives_publish().payload, hex("07"));
}

// Covers: MQTT5-4.3.2-3, MQTT5-4.4.0-1, MQTT5-3.3.1-1
CONFORMANCE_TEST(MQTT5_4_3_2_3, UnacknowledgedMessageComesAgainWithDupAndItsId) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce);
  connected("pub").published(topic("a"), "x", Qos::AtLeastOnce);
  const Received first = sub.receives_message("x");
  sub.vanishes();

  Peer again = connected(persistent("sub", false));

  const Received second = again.receives_message("x");
  EXPECT_FALSE(first.dup);
  EXPECT_TRUE(second.dup);
  EXPECT_EQ(second.packet_id, first.packet_id);
  again.acknowledges(second).disconnects();
  connected(persistent("sub", false)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_4_0_1, NothingIsResentOnALiveConnection) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::ExactlyOnce);
  sub.receives_message("1");
  sub.receives_message("2");

  let_pass(3);

  sub.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_4_0_1, OrderIsKeptOverAReconnect) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  for (int i = 0; i < 20; ++i) {
    pub.published(topic("a"), std::to_string(i), i % 3 == 0 ? Qos::ExactlyOnce : Qos::AtLeastOnce);
  }
  std::vector<PacketId> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(sub.receives_message(std::to_string(i)).packet_id);
  sub.vanishes();

  Peer again = connected(persistent("sub", false));

  for (std::size_t i = 0; i < 20; ++i) {
    const Received message = again.receives_message(std::to_string(i));
    EXPECT_TRUE(message.dup);
    EXPECT_EQ(message.packet_id, ids[i]);
  }
}

// Covers: MQTT5-4.3.3-1, MQTT5-4.3.3-2, MQTT5-4.3.3-3
CONFORMANCE_TEST(MQTT5_4_3_3_3, UnacknowledgedQosTwoMessageComesAgain) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce);
  connected("pub").published(topic("a"), "x", Qos::ExactlyOnce);
  const Received first = sub.receives_message("x");
  EXPECT_EQ(first.qos, Qos::ExactlyOnce);
  EXPECT_FALSE(first.dup);
  sub.vanishes();

  Peer again = connected(persistent("sub", false));

  const Received second = again.receives_message("x");
  EXPECT_TRUE(second.dup);
  EXPECT_EQ(second.packet_id, first.packet_id);
  again.acknowledges(second).expects_nothing_more();
}

// Covers: MQTT5-4.3.3-4, MQTT5-4.3.3-5, MQTT5-4.3.3-6
CONFORMANCE_TEST(MQTT5_4_3_3_5, PubrelComesAgainInsteadOfThePublish) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce);
  connected("pub").published(topic("a"), "x", Qos::ExactlyOnce);
  const PacketId id = sub.receives_message("x").packet_id;
  sub.sends(pubrec(id)).expects(pubrel(id));
  sub.vanishes();

  Peer again = connected(persistent("sub", false));

  again.expects(pubrel(id)).sends(pubcomp(id)).expects_nothing_more();
  again.disconnects();
  connected(persistent("sub", false)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_3_3_4, EveryPubrecOfAnOpenHandshakeIsAnswered) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  connected("pub").published(topic("a"), "x", Qos::ExactlyOnce);
  const PacketId id = sub.receives_message("x").packet_id;

  sub.sends(pubrec(id)).expects(pubrel(id));
  sub.sends(pubrec(id)).expects(pubrel(id));

  sub.sends(pubcomp(id)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_3_3_7, MessageThatWasSentNoLongerExpires) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce);
  connected("pub").published(
      publish(topic("a"), "x", Qos::ExactlyOnce, 1).with(PropertyId::MessageExpiryInterval, 1));
  const PacketId id = sub.receives_message("x").packet_id;
  sub.sends(pubrec(id)).expects(pubrel(id));
  sub.vanishes();
  let_pass(2);

  Peer again = connected(persistent("sub", false));

  again.expects(pubrel(id)).sends(pubcomp(id)).expects_nothing_more();
}

// Covers: MQTT5-4.4.0-2
CONFORMANCE_TEST(MQTT5_4_4_0_2, RefusedMessageIsNeverResent) {
  Peer sub = connected(persistent("sub")).subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::ExactlyOnce);
  sub.sends(puback(sub.receives_message("1").packet_id, ReasonCode::UnspecifiedError));
  sub.sends(pubrec(sub.receives_message("2").packet_id, ReasonCode::QuotaExceeded));
  sub.expects_nothing_more();  // no PUBREL for a refused message
  sub.vanishes();

  Peer again = connected(persistent("sub", false));

  again.expects_nothing_more();
}

// Covers: MQTT5-4.5.0-1
CONFORMANCE_TEST(MQTT5_4_5_0_1, AcceptedMessageReachesEverySessionThatMatches) {
  Peer online = connected("online").subscribed(topic("a/+"), Qos::AtLeastOnce);
  connected(persistent("offline")).subscribed(topic("#"), Qos::AtLeastOnce).disconnects();
  connected(persistent("other")).subscribed(topic("b"), Qos::AtLeastOnce).disconnects();

  connected("pub").published(topic("a/b"), "x", Qos::AtLeastOnce);

  online.receives_message("x");
  Peer offline = connected(persistent("offline", false));
  offline.acknowledges(offline.receives_message("x")).expects_nothing_more();
  connected(persistent("other", false)).expects_nothing_more();
}

// Covers: MQTT5-4.6.0-5, MQTT5-4.6.0-6
CONFORMANCE_TEST(MQTT5_4_6_0_5, MessagesOfOneTopicAndQosArriveInOrder) {
  for (const Qos qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    Peer sub = connected("sub").subscribed(topic("a"), qos);
    Peer pub = connected("pub");
    std::vector<std::string> sent;
    std::string bytes;
    for (int i = 1; i <= 200; ++i) {
      sent.push_back(std::to_string(i));
      bytes += publish(topic("a"), sent.back(), qos, static_cast<PacketId>(i)).encode(Version::V5);
    }

    pub.sends_bytes(bytes);

    EXPECT_EQ(sub.receives_messages(200), sent);
  }
}

CONFORMANCE_TEST(MQTT5_4_6_0_6, AcknowledgementsKeepTheOrderOfTheirMessages) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  std::string bytes;
  for (PacketId id = 1; id <= 100; ++id) {
    const Qos qos = id % 2 == 0 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    const std::string name = id % 3 == 0 ? topic("nobody") : topic("a");
    bytes += publish(name, "x", qos, id).encode(Version::V5);
  }

  pub.sends_bytes(bytes);

  PacketId last_puback = 0;
  PacketId last_pubrec = 0;
  for (int i = 0; i < 100; ++i) {
    const Received ack = pub.receives();
    PacketId& last = ack.type == PacketType::Puback ? last_puback : last_pubrec;
    EXPECT_LT(last, ack.packet_id);
    last = ack.packet_id;
  }
}

CONFORMANCE_TEST(MQTT5_2_2_1_3, PacketIdZeroIsRefused) {
  for (const Qos qos : {Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    connected("client")
        .sends(publish(topic("a"), "x", qos, 0))
        .expects_disconnect(ReasonCode::ProtocolError);
  }
  connected("client")
      .sends(subscribe(0, {{.filter = topic("a")}}))
      .expects_disconnect(ReasonCode::ProtocolError);
  connected("client")
      .sends(unsubscribe(0, {topic("a")}))
      .expects_disconnect(ReasonCode::ProtocolError);
}

CONFORMANCE_TEST(MQTT5_2_2_1_5, AllFourAcknowledgementsCarryTheId) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");

  pub.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 4711)).expects(pubrec(4711));
  pub.sends(pubrel(4711)).expects(pubcomp(4711));
  const PacketId id = sub.receives_message("x").packet_id;
  sub.sends(pubrec(id)).expects(pubrel(id));

  sub.sends(pubcomp(id)).expects_nothing_more();
}

// Covers: MQTT5-4.2.0-1
CONFORMANCE_TEST(MQTT5_4_2_0_1, TransportCarriesPacketsCutAnywhere) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtMostOnce);
  Peer pub = connected("pub");
  const std::string packet =
      publish(topic("a"), "in pieces", Qos::AtLeastOnce, 9).encode(Version::V5);

  for (const char byte : packet) pub.sends_bytes(std::string(1, byte));

  pub.expects(puback(9));
  sub.receives_message("in pieces");
}

}  // namespace sluice::conformance
