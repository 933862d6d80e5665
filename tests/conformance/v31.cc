#include "conformance/v3_common.h"

namespace sluice::conformance {

// MQTT 3.1 numbers no statements; these are its differences from 3.1.1.

namespace {

Connect v31(Connect packet) {
  return packet.version(Version::V31);
}
Connect v31_kept(Connect packet) {
  return packet.version(Version::V31).clean_start(false);
}

}  // namespace

CONFORMANCE_TEST(MQTT31, AllQosAreDelivered) {
  Peer subscriber = connected(v31(connect("subscriber")));
  subscriber.subscribed(topic("a"), Qos::ExactlyOnce);
  Peer publisher = connected(v31(connect("publisher")));
  for (const Qos qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    publisher.published(topic("a"), "x", qos);

    const Received got = subscriber.receives_message("x");
    EXPECT_EQ(got.qos, qos);
    subscriber.acknowledges(got);
  }
}

CONFORMANCE_TEST(MQTT31, NameAndLevelOfDifferentVersionsAreRefused) {
  peer().sends(v31(connect("one")).protocol("MQIsdp", 4)).expects_refusal(kUnacceptableVersion);
  peer().sends(v31(connect("two")).protocol("MQTT", 3)).expects_refusal(kUnacceptableVersion);
}

CONFORMANCE_TEST(MQTT31, LongClientIdIsAccepted) {
  connected(v31(connect(std::string(100, 'x')))).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT31, EmptyClientIdIsRejectedWithBothCleanSessions) {
  peer().sends(v31(connect_as(""))).expects_refusal(kIdentifierRejected);
  peer().sends(v31_kept(connect_as(""))).expects_refusal(kIdentifierRejected);
}

CONFORMANCE_TEST(MQTT31, FlaggedUserNameAndPasswordMayBeMissing) {
  connected(v31(connect("one")).flags(0x82)).expects_nothing_more();
  connected(v31(connect("two")).flags(0xC2)).expects_nothing_more();
  connected(v31(connect("three")).user_name("user").flags(0xC2)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT31, UserNameAndPasswordMayBeLong) {
  const std::string longer(200, 'x');
  connected(v31(connect("client")).user_name(longer).password(longer)).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT31, PasswordWithoutUserNameClosesTheConnection) {
  peer().sends(v31(connect("client")).password("secret")).expects_closed();
}

CONFORMANCE_TEST(MQTT31, ConnackNeverSaysSessionPresent) {
  connected(v31_kept(connect("client"))).subscribed(topic("a")).disconnects();
  Peer client = peer();
  client.sends(v31_kept(connect("client")));

  EXPECT_EQ(client.receives(PacketType::Connack).bytes, hex("20 02 00 00"));

  connected(v31(connect("publisher"))).published(topic("a"), "x").expects_nothing_more();
  client.receives_message("x");  // though the session was resumed
}

CONFORMANCE_TEST(MQTT31, PacketsBehindConnectNeedNotWaitForConnack) {
  Peer client = peer();

  client.sends(v31(connect("client"))).sends(subscribe(1, {{.filter = topic("a")}}));

  client.expects_connack();
  client.expects_suback(1, {granted(Qos::AtMostOnce)});
}

CONFORMANCE_TEST(MQTT31, InvalidFilterClosesBecauseThereIsNoFailureCode) {
  Peer client = connected(v31(connect("client")));

  client.sends(subscribe(1, {{.filter = topic("a/#/b")}})).expects_closed();
}

CONFORMANCE_TEST(MQTT31, RepeatedSubscribeAndUnsubscribeAreAnsweredAgain) {
  Peer client = connected(v31(connect("client")));
  const std::string filter = two_bytes(5) + text(topic("a"));
  for (const unsigned flags : {0x2U, 0xAU}) {
    client.sends_bytes(frame(0x80 | flags, filter + hex("01")));
    client.expects_suback(5, {granted(Qos::AtLeastOnce)});
  }
  for (const unsigned flags : {0x2U, 0xAU}) {
    client.sends_bytes(frame(0xA0 | flags, filter)).expects_unsuback(5);
  }
}

CONFORMANCE_TEST(MQTT31, RepeatedPubrelIsAnsweredAgain) {
  Peer client = connected(v31(connect("client")));
  client.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 3)).expects(pubrec(3));

  client.sends_bytes(frame(0x62, two_bytes(3))).expects(pubcomp(3));
  client.sends_bytes(frame(0x6A, two_bytes(3))).expects(pubcomp(3));
}

CONFORMANCE_TEST(MQTT31, UnusedFlagsOfOtherPacketsAreIgnored) {
  Peer client = connected(v31(connect("client")));
  client.subscribed(topic("a"), Qos::AtLeastOnce);
  connected(v31(connect("publisher"))).published(topic("a"), "x", Qos::AtLeastOnce);
  const Received got = client.receives_message("x");

  client.sends_bytes(frame(0x4F, two_bytes(got.packet_id)));
  client.sends_bytes(hex("cf 00")).expects_pingresp();
}

CONFORMANCE_TEST(MQTT31, DisconnectWithFlagsDropsTheWill) {
  Peer watcher = connected(v31(connect("watcher")));
  watcher.subscribed(topic("will"));

  connected(v31(connect("client")).will(Will(topic("will"), "first")))
      .sends_bytes(hex("e8 00"))
      .expects_closed();
  connected(v31(connect("client")).will(Will(topic("will"), "second"))).vanishes();

  watcher.receives_message("second");
}

CONFORMANCE_TEST(MQTT31, DupOfQosZeroIsIgnored) {
  Peer subscriber = connected(v31(connect("subscriber")));
  subscriber.subscribed(topic("a"));

  connected(v31(connect("publisher"))).published(publish(topic("a"), "x").dup());

  EXPECT_FALSE(subscriber.receives_message("x").dup);
}

CONFORMANCE_TEST(MQTT31, QosTwoRepeatedOnAnOpenConnectionIsDeliveredOnce) {
  Peer subscriber = connected(v31(connect("subscriber")));
  subscriber.subscribed(topic("a"));
  Peer publisher = connected(v31(connect("publisher")));

  publisher.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7)).expects(pubrec(7));
  publisher.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 7).dup()).expects(pubrec(7));
  publisher.sends(pubrel(7)).expects(pubcomp(7));

  subscriber.receives_message("x");
  expect_no_delivery(subscriber, publisher);
}

CONFORMANCE_TEST(MQTT31, WillMessageIsPlainBytes) {
  Peer watcher = connected(v31(connect("watcher")));
  watcher.subscribed(topic("will"));

  connected(v31(connect("client")).will(Will(topic("will"), hex("00 ff 80")))).vanishes();

  watcher.receives_message(hex("00 ff 80"));
}

CONFORMANCE_TEST(MQTT31, KeepAliveThatRanOutPublishesTheWill) {
  Peer watcher = connected(v31(connect("watcher")));
  watcher.subscribed(topic("will"));
  Peer client = connected(v31(connect("client")).keep_alive(1).will(Will(topic("will"), "gone")));

  client.expects_closed();

  watcher.receives_message("gone");
}

CONFORMANCE_TEST(MQTT31, EmptyRetainedPayloadDeletesTheRetainedMessage) {
  Peer publisher = connected(v31(connect("publisher")));
  publisher.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  publisher.published(publish(topic("a"), "", Qos::AtLeastOnce, 2).retain());

  connected(v31(connect("late"))).subscribed(topic("a")).expects_nothing_more();
}

CONFORMANCE_TEST(MQTT31, RenewedSubscriptionBringsRetainedMessagesAgain) {
  Peer publisher = connected(v31(connect("publisher")));
  publisher.published(publish(topic("a"), "kept", Qos::AtLeastOnce, 1).retain());
  Peer subscriber = connected(v31(connect("subscriber")));
  for (int n = 0; n < 2; ++n) {
    subscriber.subscribed(topic("a")).receives_message("kept");
  }
}

CONFORMANCE_TEST(MQTT31, WildcardsDoNotMatchTopicsThatBeginWithDollar) {
  own_broker();
  Peer subscriber = connected(v31(connect("subscriber")));
  subscriber.subscribed("#").subscribed("+/a");
  Peer publisher = connected(v31(connect("publisher")));

  publisher.published("$mine/a", "hidden").published("mine", "seen");

  subscriber.receives_message("seen");
}

CONFORMANCE_TEST(MQTT31, SessionIsSharedWithTheNewerVersion) {
  connected(v31_kept(connect("client"))).subscribed(topic("a"), Qos::AtLeastOnce).disconnects();
  connected(v311(connect("publisher"))).published(topic("a"), "x", Qos::AtLeastOnce);

  Peer client = peer();
  client.sends(v311_kept(connect("client")));

  EXPECT_TRUE(client.expects_connack().session_present);
  client.receives_message("x");
}

CONFORMANCE_TEST(MQTT31, ServerClosesAfterDisconnect) {
  connected(v31(connect("client"))).disconnects();
}

}  // namespace sluice::conformance
