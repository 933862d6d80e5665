#include "support/conformance.h"

namespace sluice::conformance {

namespace {

/// The variable header of a v5 CONNECT without properties, Keep Alive 60.
std::string connect_header(unsigned flags) {
  return text("MQTT") + hex("05") + std::string(1, static_cast<char>(flags)) + hex("00 3c 00");
}

}  // namespace

CONFORMANCE_TEST(MQTT5_3_1_0_1, OtherPacketThanConnectFirstClosesTheConnection) {
  for (const std::string& first :
       {publish(topic("a"), "x").encode(Version::V5), hex("c0 00"), hex("e0 00"),
        subscribe(1, {{.filter = topic("a")}}).encode(Version::V5)}) {
    Peer client = peer();

    client.sends_bytes(first);

    client.expects_closed();  // and no DISCONNECT either [MQTT5-3.14.0-1]
  }
}

CONFORMANCE_TEST(MQTT5_3_1_0_2, SecondConnectIsAProtocolError) {
  Peer client = connected("client");

  client.sends(connect("client"));

  client.expects_disconnect(ReasonCode::ProtocolError);
}

CONFORMANCE_TEST(MQTT5_3_1_2_1, UnknownProtocolNameIsRefused) {
  for (const char* name : {"MQTX", "mqtt", "", "MQTTT"}) {
    Peer client = peer();

    client.sends(connect("client").protocol(name, 5));

    const std::string answer = client.bytes_until_closed();
    if (answer.empty()) continue;
    ASSERT_GE(answer.size(), 4U);
    EXPECT_EQ(answer[0], '\x20');
    EXPECT_NE(answer[3], '\0') << name;
  }
}

CONFORMANCE_TEST(MQTT5_3_1_2_2, UnknownProtocolVersionIsRefusedWithItsCode) {
  for (const unsigned level : {6U, 7U, 255U}) {
    Peer client = peer();

    client.sends(connect("client").protocol("MQTT", level));

    client.expects_refusal(ReasonCode::UnsupportedProtocolVersion);
  }
}

// Covers: MQTT5-3.1.2-3, MQTT5-3.1.4-1
CONFORMANCE_TEST(MQTT5_3_1_2_3, ReservedConnectFlagIsMalformed) {
  Peer client = peer();

  client.sends(connect("client").flags(0x03));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_9, WillFlagWithoutWillFieldsIsMalformed) {
  peer().sends(connect("client").flags(0x06)).expects_refusal(ReasonCode::MalformedPacket);
  // Will Properties and Will Topic, but no Will Payload.
  peer()
      .sends(raw(frame(0x10, connect_header(0x06) + text(id("client")) + hex("00") + text("w"))))
      .expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_11, WillQosWithoutWillFlagIsMalformed) {
  for (const unsigned qos : {1U, 2U}) {
    Peer client = peer();

    client.sends(connect("client").flags(0x02 | qos << 3));

    client.expects_refusal(ReasonCode::MalformedPacket);
  }
}

CONFORMANCE_TEST(MQTT5_3_1_2_12, WillQosThreeIsMalformed) {
  Peer client = peer();

  client.sends(connect("client").will({topic("w"), "x"}).flags(0x06 | 3 << 3));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_12, WillQosZeroToTwoIsAccepted) {
  for (const Qos qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    connected(connect("client").will({topic("w"), "x", qos})).disconnects();
  }
}

CONFORMANCE_TEST(MQTT5_3_1_2_13, WillRetainWithoutWillFlagIsMalformed) {
  Peer client = peer();

  client.sends(connect("client").flags(0x22));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_16, UserNameWithoutItsFlagIsMalformed) {
  Peer client = peer();

  client.sends(connect("client").user_name("user").flags(0x02));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_17, UserNameFlagWithoutUserNameIsMalformed) {
  Peer client = peer();

  client.sends(connect("client").flags(0x82));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_18, PasswordWithoutItsFlagIsMalformed) {
  Peer client = peer();

  client.sends(connect("client").user_name("user").password("secret").flags(0x82));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_19, PasswordFlagWithoutPasswordIsMalformed) {
  Peer client = peer();

  client.sends(connect("client").user_name("user").flags(0xC2));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_2_19, PasswordWithoutUserNameIsLegal) {
  connected(connect("client").password("secret")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_1_2_22, SilentClientIsDisconnectedAfterKeepAlive) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Peer client = connected(connect("client").keep_alive(1).will({topic("w"), "gone"}));

  client.expects_disconnect(ReasonCode::KeepAliveTimeout);

  watcher.receives_message("gone");
}

CONFORMANCE_TEST(MQTT5_3_1_2_22, AnyPacketProlongsTheKeepAlive) {
  Peer client = connected(connect("client").keep_alive(2));

  for (int i = 0; i < 3; ++i) {
    let_pass(1);
    client.expects_nothing_more();
  }

  client.disconnects();
}

CONFORMANCE_TEST(MQTT5_3_2_2_22, KeepAliveZeroIsNeverEnforced) {
  const Received connack = peer().sends(connect("probe").keep_alive(0)).expects_connack();
  Peer client = connected(connect("client").keep_alive(0));

  let_pass(2);

  client.expects_nothing_more();
  EXPECT_FALSE(connack.has(PropertyId::ServerKeepAlive));
}

CONFORMANCE_TEST(MQTT5_3_1_3_1, AllFieldsInOrderAreAccepted) {
  Peer watcher = connected("watcher").subscribed(topic("w"));
  Will will(topic("w"), "payload");
  Peer client = connected(connect("client")
                              .session_expiry(0)
                              .will(will.with(PropertyId::ContentType, "text"))
                              .user_name("user")
                              .password("secret"));

  client.vanishes();

  EXPECT_EQ(watcher.receives_message("payload").value(PropertyId::ContentType), "text");
}

CONFORMANCE_TEST(MQTT5_3_1_3_2, SessionsBelongToTheirClientIdentifier) {
  connected(persistent("one")).subscribed(topic("one"), Qos::AtLeastOnce).disconnects();
  connected(persistent("two")).subscribed(topic("two"), Qos::AtLeastOnce).disconnects();
  connected("pub")
      .published(topic("one"), "for one", Qos::AtLeastOnce)
      .published(topic("two"), "for two", Qos::AtLeastOnce);

  Peer one = connected(persistent("one", false));
  Peer two = connected(persistent("two", false));

  one.acknowledges(one.receives_message("for one")).expects_nothing_more();
  two.acknowledges(two.receives_message("for two")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_1_3_3, MissingClientIdentifierIsMalformed) {
  Peer client = peer();

  client.sends_bytes(frame(0x10, connect_header(0x02)));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_3_4, ClientIdentifierHasToBeUtf8) {
  for (const char* wrong : {"ff", "c3 28", "ed a0 80", "00"}) {
    Peer client = peer();

    client.sends(connect_as(id("client") + hex(wrong)));

    client.expects_refusal(ReasonCode::MalformedPacket);
  }
}

CONFORMANCE_TEST(MQTT5_3_1_3_5, TwentyThreeLettersAndDigitsAreAccepted) {
  const std::string marker = id("");
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (std::size_t i = 0; i < letters.size(); i += 10) {
    std::string client_id = marker + letters.substr(i) + letters;
    client_id.resize(23);
    connected(connect_as(client_id)).disconnects();
  }
  connected(connect_as("Z")).disconnects();
}

// Covers: MQTT5-3.1.3-6, MQTT5-3.1.3-7, MQTT5-3.2.2-16
CONFORMANCE_TEST(MQTT5_3_1_3_6, EmptyClientIdentifierGetsAUniqueOne) {
  Peer first = peer();
  Peer second = peer();

  const Received one = first.sends(connect_as("").session_expiry(60)).expects_connack();
  const Received two = second.sends(connect_as("").clean_start(false)).expects_connack();

  const std::string assigned = one.value(PropertyId::AssignedClientIdentifier);
  EXPECT_FALSE(assigned.empty());
  EXPECT_FALSE(two.value(PropertyId::AssignedClientIdentifier).empty());
  EXPECT_NE(assigned, two.value(PropertyId::AssignedClientIdentifier));
  first.expects_nothing_more();
  second.expects_nothing_more();
  // The session is the assigned identifier's, as if the Client had sent it.
  Peer again = peer();
  again.sends(connect_as(assigned).clean_start(false).session_expiry(0));
  EXPECT_TRUE(again.expects_connack().session_present);
  first.expects_disconnect(ReasonCode::SessionTakenOver);
}

CONFORMANCE_TEST(MQTT5_3_2_2_16, NoAssignedIdentifierForAClientThatBringsOne) {
  Peer client = peer();

  const Received connack = client.sends(connect("client")).expects_connack();

  EXPECT_FALSE(connack.has(PropertyId::AssignedClientIdentifier));
}

CONFORMANCE_TEST(MQTT5_3_1_3_8, RefusedClientIdentifierClosesTheConnection) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"mqtt.client_id_length_max=40"});

  peer()
      .sends(connect_as(std::string(41, 'x')))
      .expects_refusal(ReasonCode::ClientIdentifierNotValid);
  connected(connect_as(std::string(40, 'x'))).disconnects();
}

CONFORMANCE_TEST(MQTT5_3_1_3_11, WillTopicHasToBeUtf8) {
  Peer client = peer();

  client.sends(connect("client").will({hex("ed bf bf"), "x"}));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_3_11, WillTopicWithWildcardIsRefused) {
  for (const std::string& wrong : {topic("+"), topic("#"), std::string()}) {
    Peer client = peer();

    client.sends(connect("client").will({wrong, "x"}));

    client.expects_refusal(ReasonCode::TopicNameInvalid);
  }
}

CONFORMANCE_TEST(MQTT5_3_1_3_12, UserNameHasToBeUtf8) {
  Peer client = peer();

  client.sends(connect("client").user_name(hex("c0 80")));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_4_1, BytesBehindTheLastFieldAreMalformed) {
  Peer client = peer();

  client.sends_bytes(frame(0x10, connect_header(0x02) + text(id("client")) + hex("00")));

  client.expects_refusal(ReasonCode::MalformedPacket);
}

CONFORMANCE_TEST(MQTT5_3_1_4_2, ClientWithoutCredentialsIsRefusedWhereTheyAreNeeded) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  own_broker({"auth.allow_anonymous=false"});
  Peer client = peer();

  client.sends(connect("client"));

  EXPECT_TRUE(mqtt::is_failure(client.receives(PacketType::Connack).reason()));
  client.expects_closed();
}

CONFORMANCE_TEST(MQTT5_3_1_4_3, SameClientIdentifierTakesTheSessionOver) {
  Peer older = connected("client");

  Peer newer = connected("client");

  older.expects_disconnect(ReasonCode::SessionTakenOver);
  newer.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_3_1_4_3, TakeOverInTheMiddleOfATransferLosesNothing) {
  Peer older = connected(persistent("sub")).subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::AtLeastOnce);
  const Received first = older.receives_message("1");

  Peer newer = connected(persistent("sub", false));

  const Received again = newer.receives_message("1");
  EXPECT_TRUE(again.dup);
  EXPECT_EQ(again.packet_id, first.packet_id);
  newer.acknowledges(again);
  newer.acknowledges(newer.receives_message("2")).expects_nothing_more();
}

// Covers: MQTT5-3.1.4-6, MQTT5-3.1.2-30, MQTT5-4.12.0-1
CONFORMANCE_TEST(MQTT5_3_1_4_6, NothingBehindARefusedConnectIsProcessed) {
  Peer watcher = connected("watcher").subscribed(topic("a"));
  Peer client = peer();
  const Connect refused = connect("client").with(PropertyId::AuthenticationMethod, "no-such");

  client.sends_bytes(refused.encode(Version::V5) +
                     publish(topic("a"), "x").retain().encode(Version::V5));

  client.expects_refusal(ReasonCode::BadAuthenticationMethod);
  Peer pub = connected("pub");
  expect_no_delivery(watcher, pub);
}

CONFORMANCE_TEST(MQTT5_3_1_4_6, PacketsBehindAnAcceptedConnectAreProcessed) {
  Peer client = peer();

  client.sends_bytes(connect("client").encode(Version::V5) +
                     subscribe(1, {{.filter = topic("a")}}).encode(Version::V5) +
                     publish(topic("a"), "x").encode(Version::V5));

  client.expects_connack();
  client.expects_suback(1, {ReasonCode::Success}).receives_message("x");
  client.expects_nothing_more();
}

}  // namespace sluice::conformance
