#include "conformance/v3_common.h"

namespace sluice::conformance {

CONFORMANCE_TEST(MQTT311_3_1_0_1, AnyOtherFirstPacketClosesTheConnection) {
  peer().sends(pingreq()).expects_closed();
  peer().sends_bytes(publish(topic("a"), "x").encode(Version::V311)).expects_closed();
  peer().sends_bytes(subscribe(1, {{.filter = topic("a")}}).encode(Version::V311)).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_0_2, SecondConnectClosesTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends(v311(connect("client"))).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_2_1, WrongProtocolNameIsNotServed) {
  const std::string answer =
      peer().sends(v311(connect("client")).protocol("MQTX", 4)).bytes_until_closed();

  EXPECT_FALSE(answer.starts_with(hex("20 02 00 00"))) << "CONNACK accepted";
}

CONFORMANCE_TEST(MQTT311_3_1_2_2, UnsupportedLevelIsRefusedWithCodeOne) {
  for (const unsigned level : {0U, 2U, 3U}) {
    peer()
        .sends(v311(connect("client")).protocol("MQTT", level))
        .expects_refusal(kUnacceptableVersion);
  }
}

CONFORMANCE_TEST(MQTT311_3_1_2_3, ReservedConnectFlagClosesWithoutConnack) {
  peer().sends(v311(connect("client")).flags(0x03)).expects_closed();
}

// Covers: MQTT311-3.1.3-3
CONFORMANCE_TEST(MQTT311_3_1_4_1, MalformedConnectIsClosedWithoutConnack) {
  const std::string no_client_id = connect_body(0x02, "");
  const std::string client_id_cut = connect_body(0x02, hex("00 05 61"));
  const std::string bytes_left_over = connect_body(0x02, text(id("a")) + "more");
  const std::string no_keep_alive = text("MQTT") + hex("04 02");
  for (const auto& body : {no_client_id, client_id_cut, bytes_left_over, no_keep_alive}) {
    Peer client = peer();
    client.sends_bytes(frame(0x10, body)).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_3_1_3_1, FieldsAreReadInTheOrderOfThePayload) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  Peer client = connected(v311(connect("client"))
                              .will(Will(topic("will"), "gone"))
                              .user_name("user")
                              .password("secret"));

  client.vanishes();

  EXPECT_EQ(watcher.receives_message("gone").topic, topic("will"));
}

CONFORMANCE_TEST(MQTT311_3_1_3_4, ClientIdThatIsNotUtf8ClosesTheConnection) {
  peer().sends(v311(connect_as(hex("61 ff")))).expects_closed();
  peer().sends(v311(connect_as(hex("ed a0 80")))).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_3_10, WillTopicThatIsNotUtf8ClosesTheConnection) {
  peer().sends(v311(connect("client")).will(Will(hex("61 ff"), "gone"))).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_3_11, UserNameThatIsNotUtf8ClosesTheConnection) {
  peer().sends(v311(connect("client")).user_name(hex("61 ff"))).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_1_3_5, ClientIdsOfOneTo23LettersAndDigitsAreAccepted) {
  for (const char* name : {"a", "Z", "0", "0123456789abcdefghijklm", "NOPQRSTUVWXYZnopqrstuvw"}) {
    connected(v311(connect_as(name)));
  }
}

CONFORMANCE_TEST(MQTT311_3_1_3_5, LongerClientIdsAreAcceptedToo) {
  connected(v311(connect(std::string(200, 'x'))));
}

// Covers: MQTT311-3.1.3-7
CONFORMANCE_TEST(MQTT311_3_1_3_6, EmptyClientIdsGetAnIdentityOfTheirOwn) {
  Peer first = connected(v311(connect_as("")));
  Peer second = connected(v311(connect_as("")));

  // With one identity for both the second had taken the first one over.
  first.expects_nothing_more();
  second.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT311_3_1_3_8, EmptyClientIdWithCleanSessionZeroIsRejected) {
  peer().sends(v311_kept(connect_as(""))).expects_refusal(kIdentifierRejected);
}

CONFORMANCE_TEST(MQTT311_3_1_3_9, ClientIdBeyondTheConfiguredLengthIsRejected) {
  own_broker({"mqtt.client_id_length_max=23"});

  connected(v311(connect_as(std::string(23, 'x'))));
  peer().sends(v311(connect_as(std::string(24, 'x')))).expects_refusal(kIdentifierRejected);
}

CONFORMANCE_TEST(MQTT311_3_1_4_2, SecondConnectionOfAClientEndsTheFirst) {
  Peer first = connected(v311(connect("client")));

  Peer second = connected(v311(connect("client")));

  first.expects_closed();
  second.expects_nothing_more();
}

// Covers: MQTT311-3.2.0-1
CONFORMANCE_TEST(MQTT311_3_1_4_4, ConnackIsTheFirstPacketAndSaysAccepted) {
  const std::string burst = v311(connect("client")).encode(Version::V311) +
                            subscribe(1, {{.filter = topic("a")}}).encode(Version::V311) +
                            hex("c0 00 e0 00");

  const std::string answer = peer().sends_bytes(burst).bytes_until_closed();

  EXPECT_EQ(answer, hex("20 02 00 00 90 03 00 01 00 d0 00"));
}

CONFORMANCE_TEST(MQTT311_3_1_4_5, NothingBehindARefusedConnectIsProcessed) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("a"));
  const std::string burst = v311_kept(connect_as("")).encode(Version::V311) +
                            publish(topic("a"), "behind").encode(Version::V311);

  EXPECT_EQ(peer().sends_bytes(burst).bytes_until_closed(), hex("20 02 00 02"));

  connected(v311(connect("publisher"))).published(topic("a"), "after").expects_nothing_more();
  watcher.receives_message("after");
}

// Covers: MQTT311-3.1.4-3
CONFORMANCE_TEST(MQTT311_3_2_2_1, CleanSessionOneAnswersWithoutSessionPresent) {
  connected(v311_kept(connect("client"))).subscribed(topic("a")).disconnects();

  Peer client = peer();
  client.sends(v311(connect("client")));

  EXPECT_EQ(client.receives(PacketType::Connack).bytes, hex("20 02 00 00"));
}

CONFORMANCE_TEST(MQTT311_3_2_2_2, StoredSessionAnswersWithSessionPresent) {
  connected(v311_kept(connect("client"))).disconnects();

  Peer client = peer();
  client.sends(v311_kept(connect("client")));

  EXPECT_EQ(client.receives(PacketType::Connack).bytes, hex("20 02 01 00"));
}

CONFORMANCE_TEST(MQTT311_3_2_2_3, NoStoredSessionAnswersWithoutSessionPresent) {
  Peer client = peer();

  client.sends(v311_kept(connect("client")));

  EXPECT_EQ(client.receives(PacketType::Connack).bytes, hex("20 02 00 00"));
}

// Covers: MQTT311-3.2.2-5
CONFORMANCE_TEST(MQTT311_3_2_2_4, RefusalHasNoSessionPresentAndClosesTheConnection) {
  Peer client = peer();
  client.sends(v311_kept(connect_as("")));

  EXPECT_EQ(client.receives(PacketType::Connack).bytes, hex("20 02 00 02"));
  client.expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_12_4_1, PingreqIsAnsweredWithPingresp) {
  Peer client = connected(v311(connect("client")));

  client.sends(pingreq());

  EXPECT_EQ(client.receives(PacketType::Pingresp).bytes, hex("d0 00"));
}

// Covers: MQTT311-7.0.0-2
CONFORMANCE_TEST(MQTT311_7_1_1_1, AClientThatKnowsTheStandardOnlyIsServed) {
  Peer subscriber = connected(v311(connect("subscriber")));
  Peer publisher = connected(v311(connect("publisher")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);

  publisher.published(topic("a"), "x", Qos::ExactlyOnce);

  subscriber.acknowledges(subscriber.receives_message("x"));
  subscriber.expects_nothing_more().disconnects();
}

}  // namespace sluice::conformance
