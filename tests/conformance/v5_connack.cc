#include "support/conformance.h"

namespace sluice::conformance {

// Covers: MQTT5-3.1.4-5, MQTT5-3.2.2-1, MQTT5-3.2.2-2, MQTT5-3.1.2-4
CONFORMANCE_TEST(MQTT5_3_1_4_5, AcceptedConnectIsAnsweredWithSuccess) {
  connected(persistent("client")).disconnects();
  Peer client = peer();

  const Received connack = client.sends(connect("client").clean_start(true)).expects_connack();

  EXPECT_EQ(connack.bytes[2], '\0');  // Connect Acknowledge Flags: all reserved bits, no session
  EXPECT_EQ(connack.reason(), ReasonCode::Success);
}

// Covers: MQTT5-3.2.0-1, MQTT5-3.2.0-2
CONFORMANCE_TEST(MQTT5_3_2_0_1, ConnackComesFirstAndOnce) {
  connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  connected("pub").published(topic("a"), "waiting", Qos::AtLeastOnce);
  Peer sub = peer();

  sub.sends(persistent("sub", false));

  sub.expects_connack();
  sub.acknowledges(sub.receives_message("waiting")).expects_nothing_more();
}

// Covers: MQTT5-3.2.2-3, MQTT5-3.1.2-5, MQTT5-3.1.4-4
CONFORMANCE_TEST(MQTT5_3_2_2_3, SessionPresentTellsOfAnExistingSession) {
  Peer first = peer();
  const Received none = first.sends(persistent("client", false)).expects_connack();
  first.disconnects();
  Peer second = peer();

  const Received some = second.sends(persistent("client", false)).expects_connack();

  EXPECT_FALSE(none.session_present);
  EXPECT_TRUE(some.session_present);
}

// Covers: MQTT5-3.2.2-6, MQTT5-3.2.2-7, MQTT5-3.2.2-8, MQTT5-4.13.2-1
CONFORMANCE_TEST(MQTT5_3_2_2_6, RefusalHasNoSessionPresentAndCloses) {
  connected(persistent("client")).disconnects();
  Peer client = peer();

  client.sends(persistent("client", false).with(PropertyId::AuthenticationMethod, "no-such"));

  EXPECT_FALSE(client.expects_connack(ReasonCode::BadAuthenticationMethod).session_present);
  client.expects_closed();
  // The refused CONNECT did not touch the session.
  EXPECT_TRUE(peer().sends(persistent("client", false)).expects_connack().session_present);
}

CONFORMANCE_TEST(MQTT5_3_2_2_8, LimitsOfTheServerAreAnnounced) {
  Peer client = peer();

  const Received connack = client.sends(connect("client")).expects_connack();

  if (BrokerProcess::is_foreign()) return;
  EXPECT_EQ(connack.number(PropertyId::ReceiveMaximum), 1000U);
  EXPECT_EQ(connack.number(PropertyId::TopicAliasMaximum), 100U);
  EXPECT_EQ(connack.number(PropertyId::MaximumPacketSize), 2U * 1024 * 1024);
  for (const PropertyId available :
       {PropertyId::RetainAvailable, PropertyId::WildcardSubscriptionAvailable,
        PropertyId::SubscriptionIdentifierAvailable, PropertyId::SharedSubscriptionAvailable}) {
    EXPECT_EQ(connack.number(available, 1), 1U);
  }
  EXPECT_FALSE(connack.has(PropertyId::MaximumQos));
  EXPECT_FALSE(connack.has(PropertyId::SessionExpiryInterval));
  EXPECT_FALSE(connack.has(PropertyId::ServerKeepAlive));
}

// Covers: MQTT5-3.2.2-9, MQTT5-3.2.2-10, MQTT5-3.8.4-7
CONFORMANCE_TEST(MQTT5_3_2_2_9, LimitedQosIsAnnouncedAndSubscriptionsStayPossible) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.maximum_qos=1"});
  Peer client = peer();

  const Received connack = client.sends(connect("client")).expects_connack();

  EXPECT_TRUE(connack.has(PropertyId::MaximumQos));
  EXPECT_EQ(connack.number(PropertyId::MaximumQos), 1U);
  client.sends(subscribe(1, {{.filter = topic("0"), .qos = Qos::AtMostOnce},
                             {.filter = topic("1"), .qos = Qos::AtLeastOnce},
                             {.filter = topic("2"), .qos = Qos::ExactlyOnce}}));
  const Received suback = client.receives(PacketType::Suback);
  ASSERT_EQ(suback.codes.size(), 3U);
  for (const ReasonCode code : suback.codes) EXPECT_FALSE(mqtt::is_failure(code));
}

// Section 3.2.2.3.4: PUBLISH above the announced Maximum QoS.
CONFORMANCE_TEST(MQTT5_3_2_2_11, PublishAboveMaximumQosIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.maximum_qos=1"});
  Peer client = connected("client").subscribed(topic("a"));
  client.published(topic("a"), "x", Qos::AtLeastOnce);
  client.receives_message("x");

  client.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 1));

  client.expects_disconnect(ReasonCode::QosNotSupported);
}

CONFORMANCE_TEST(MQTT5_3_2_2_12, WillAboveMaximumQosIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.maximum_qos=0"});
  Peer client = peer();

  client.sends(connect("client").will({topic("w"), "x", Qos::AtLeastOnce}));

  client.expects_refusal(ReasonCode::QosNotSupported);
}

CONFORMANCE_TEST(MQTT5_3_2_2_13, RetainedWillWithoutRetainSupportIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.retain_available=false"});
  Peer client = peer();

  client.sends(connect("client").will(Will(topic("w"), "x").retain()));

  client.expects_refusal(ReasonCode::RetainNotSupported);
}

// Section 3.2.2.3.5: RETAIN 1 although Retain Available was 0.
CONFORMANCE_TEST(MQTT5_3_2_2_14, RetainWithoutRetainSupportIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.retain_available=false"});
  Peer client = peer();
  const Received connack = client.sends(connect("client")).expects_connack();

  client.sends(publish(topic("a"), "x").retain());

  EXPECT_EQ(connack.number(PropertyId::RetainAvailable, 1), 0U);
  client.expects_disconnect(ReasonCode::RetainNotSupported);
}

// Section 3.2.2.3.6: packet larger than the Server's Maximum Packet Size.
CONFORMANCE_TEST(MQTT5_3_2_2_15, PacketAboveTheServersMaximumIsRefused) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.packet_size_max=1000"});
  Peer client = peer();
  const Received connack = client.sends(connect("client")).expects_connack();
  ASSERT_EQ(connack.number(PropertyId::MaximumPacketSize), 1000U);
  client.subscribed("a");
  // 3 bytes fixed header, 3 Topic Name, 1 Property Length: exactly 1000.
  client.sends(publish("a", std::string(993, 'x'))).receives_message(std::string(993, 'x'));

  client.sends(publish("a", std::string(994, 'x')));

  client.expects_disconnect(ReasonCode::PacketTooLarge);
}

CONFORMANCE_TEST(MQTT5_3_2_2_15, AnnouncedSizeAloneIsEnoughToRefuse) {
  Peer client = connected("client");

  client.sends_bytes(hex("30 ff ff ff 7f"));  // 256 MiB to come

  client.expects_disconnect(ReasonCode::PacketTooLarge);
}

// Covers: MQTT5-3.2.2-19, MQTT5-3.2.2-20, MQTT5-3.1.2-24
CONFORMANCE_TEST(MQTT5_3_2_2_19, RefusalFitsTheClientsMaximumPacketSize) {
  Peer client = peer();

  client.sends(connect("client")
                   .with(PropertyId::MaximumPacketSize, 8)
                   .with(PropertyId::AuthenticationMethod, "no-such"));

  const Received connack = client.expects_connack(ReasonCode::BadAuthenticationMethod);
  EXPECT_LE(connack.bytes.size(), 8U);
  EXPECT_FALSE(connack.has(PropertyId::ReasonString));
  EXPECT_FALSE(connack.has(PropertyId::UserProperty));
}

CONFORMANCE_TEST(MQTT5_3_2_2_22, LongKeepAliveIsLoweredAndTheClientIsTold) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.keep_alive_max=100"});
  Peer client = peer();

  const Received lowered = client.sends(connect("one").keep_alive(101)).expects_connack();
  const Received kept = peer().sends(connect("two").keep_alive(100)).expects_connack();

  EXPECT_EQ(lowered.number(PropertyId::ServerKeepAlive), 100U);
  EXPECT_FALSE(kept.has(PropertyId::ServerKeepAlive));
}

CONFORMANCE_TEST(MQTT5_3_1_2_22, LoweredKeepAliveIsTheOneEnforced) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.keep_alive_max=1"});
  Peer client = peer();
  client.sends(connect("client").keep_alive(60000)).expects_connack();

  client.expects_disconnect(ReasonCode::KeepAliveTimeout);
}

CONFORMANCE_TEST(MQTT5_3_1_2_28, ResponseInformationOnlyOnRequest) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.response_information=replies/"});
  const auto connack_of = [this](const Connect& packet) {
    return peer().sends(packet).expects_connack();
  };

  const Received not_asked = connack_of(connect("one"));
  const Received refused =
      connack_of(connect("two").with(PropertyId::RequestResponseInformation, 0));
  const Received asked =
      connack_of(connect("three").with(PropertyId::RequestResponseInformation, 1));

  EXPECT_FALSE(not_asked.has(PropertyId::ResponseInformation));
  EXPECT_FALSE(refused.has(PropertyId::ResponseInformation));
  EXPECT_EQ(asked.value(PropertyId::ResponseInformation), "replies/");
}

// Covers: MQTT5-3.1.2-29
CONFORMANCE_TEST(MQTT5_3_1_2_29, NoProblemInformationUnlessRequested) {
  Peer client = connected(connect("client").with(PropertyId::RequestProblemInformation, 0));
  const auto is_bare = [](const Received& packet) {
    return !packet.has(PropertyId::ReasonString) && !packet.has(PropertyId::UserProperty);
  };

  client.sends(subscribe(1, {{.filter = "a/#/b"}}));
  EXPECT_TRUE(is_bare(client.receives(PacketType::Suback)));
  client.sends(unsubscribe(2, {topic("none"), "#/a"}));
  EXPECT_TRUE(is_bare(client.receives(PacketType::Unsuback)));
  client.sends(publish(topic("a"), "x", Qos::AtLeastOnce, 3));
  EXPECT_TRUE(is_bare(client.receives(PacketType::Puback)));
  client.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 4));
  EXPECT_TRUE(is_bare(client.receives(PacketType::Pubrec)));
  client.sends(pubrel(4));
  EXPECT_TRUE(is_bare(client.receives(PacketType::Pubcomp)));
  client.sends(pubrel(5));
  EXPECT_TRUE(is_bare(client.receives(PacketType::Pubcomp)));
}

CONFORMANCE_TEST(MQTT5_3_1_2_29, UserPropertiesOfMessagesArriveAllTheSame) {
  Peer sub = connected(connect("sub").with(PropertyId::RequestProblemInformation, 0));
  sub.subscribed(topic("a"));

  connected("pub").sends(publish(topic("a"), "x").user_property("name", "value"));

  EXPECT_EQ(sub.receives_message("x").user_properties().size(), 1U);
}

CONFORMANCE_TEST(MQTT5_3_14_0_1, NoDisconnectBeforeConnack) {
  Peer client = peer();

  client.sends(connect("client").flags(0x03));

  EXPECT_EQ(client.receives().type, PacketType::Connack);
  client.expects_closed();
}

}  // namespace sluice::conformance
