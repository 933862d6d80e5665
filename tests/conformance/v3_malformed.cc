#include "conformance/v3_common.h"

namespace sluice::conformance {

// Covers: MQTT311-3.3.2-1
CONFORMANCE_TEST(MQTT311_1_5_3_1, IllFormedUtf8ClosesTheConnection) {
  // A surrogate, an overlong slash, a lone continuation byte, a cut sequence, one above U+10FFFF.
  for (const char* bytes : {"ed a0 80", "ed bf bf", "c0 af", "80", "e2 82", "f4 90 80 80"}) {
    Peer publisher = connected(v311(connect("publisher")));
    publisher.sends(publish(topic("a") + hex(bytes), "x")).expects_closed();
    Peer subscriber = connected(v311(connect("subscriber")));
    subscriber.sends(subscribe(1, {{.filter = topic("a") + hex(bytes)}})).expects_closed();
  }
}

// Covers: MQTT311-4.7.3-2
CONFORMANCE_TEST(MQTT311_1_5_3_2, NullCharacterClosesTheConnection) {
  const std::string with_null = topic("a") + std::string(1, '\0') + "b";
  peer().sends(v311(connect_as(with_null))).expects_closed();
  connected(v311(connect("one"))).sends(publish(with_null, "x")).expects_closed();
  connected(v311(connect("two"))).sends(subscribe(1, {{.filter = with_null}})).expects_closed();
  connected(v311(connect("three"))).sends(unsubscribe(1, {with_null})).expects_closed();
}

CONFORMANCE_TEST(MQTT311_1_5_3_3, ByteOrderMarkIsPartOfTheTopic) {
  const std::string marked = topic("a/") + hex("ef bb bf") + "b";
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(marked).subscribed(topic("a/b"));
  Peer publisher = connected(v311(connect("publisher")));

  publisher.published(marked, "marked").published(topic("a/b"), "plain");

  EXPECT_EQ(subscriber.receives_message("marked").topic, marked);
  EXPECT_EQ(subscriber.receives_message("plain").topic, topic("a/b"));
}

CONFORMANCE_TEST(MQTT311_1_5_3_3, ByteOrderMarkAtTheStartIsKept) {
  const std::string marked = hex("ef bb bf") + topic("a");
  Peer subscriber = connected(v311(connect("subscriber")));
  subscriber.subscribed(marked);

  connected(v311(connect("publisher"))).published(marked, "x").expects_nothing_more();

  EXPECT_EQ(subscriber.receives_message("x").topic, marked);
}

// Covers: MQTT311-2.2.2-1
CONFORMANCE_TEST(MQTT311_2_2_2_2, WrongFixedHeaderFlagsCloseTheConnection) {
  for (const unsigned first : {0x41U, 0x48U, 0x51U, 0x52U, 0x71U, 0x72U, 0xC1U, 0xC8U}) {
    Peer client = connected(v311(connect("client")));
    const std::string body = first < 0xC0 ? two_bytes(1) : "";
    client.sends_bytes(frame(first, body)).expects_closed();
  }
  Peer client = peer();
  client.sends_bytes(frame(0x11, connect_body(0x02, text(id("client"))))).expects_closed();
}

CONFORMANCE_TEST(MQTT311_3_6_1_1, PubrelWithOtherFlagsClosesTheConnection) {
  for (const unsigned first : {0x60U, 0x61U, 0x63U, 0x6AU}) {
    Peer client = connected(v311(connect("client")));
    client.sends(publish(topic("a"), "x", Qos::ExactlyOnce, 1)).expects(pubrec(1));
    client.sends_bytes(frame(first, two_bytes(1))).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_3_8_1_1, SubscribeWithOtherFlagsClosesTheConnection) {
  for (const unsigned first : {0x80U, 0x81U, 0x83U, 0x8AU}) {
    Peer client = connected(v311(connect("client")));
    client.sends_bytes(frame(first, two_bytes(1) + text(topic("a")) + hex("00"))).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_3_10_1_1, UnsubscribeWithOtherFlagsClosesTheConnection) {
  for (const unsigned first : {0xA0U, 0xA1U, 0xA3U, 0xAAU}) {
    Peer client = connected(v311(connect("client")));
    client.sends_bytes(frame(first, two_bytes(1) + text(topic("a")))).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_3_14_1_1, DisconnectWithReservedFlagsIsAViolation) {
  Peer watcher = connected(v311(connect("watcher")));
  watcher.subscribed(topic("will"));
  Peer client = connected(v311(connect("client")).will(Will(topic("will"), "gone")));

  client.sends_bytes(hex("e1 00")).expects_closed();

  watcher.receives_message("gone");  // not an orderly DISCONNECT
}

CONFORMANCE_TEST(MQTT311_2_3_1_1, PacketIdZeroClosesTheConnection) {
  connected(v311(connect("one")))
      .sends(publish(topic("a"), "x", Qos::AtLeastOnce, 0))
      .expects_closed();
  connected(v311(connect("two")))
      .sends(publish(topic("a"), "x", Qos::ExactlyOnce, 0))
      .expects_closed();
  connected(v311(connect("three"))).sends(subscribe(0, {{.filter = topic("a")}})).expects_closed();
  connected(v311(connect("four"))).sends(unsubscribe(0, {topic("a")})).expects_closed();
}

CONFORMANCE_TEST(MQTT311_4_8_0_1, PacketsThatOnlyAServerSendsCloseTheConnection) {
  for (const char* bytes : {"20 02 00 00", "90 03 00 01 00", "b0 02 00 01", "d0 00"}) {
    Peer client = connected(v311(connect("client")));
    client.sends_bytes(hex(bytes)).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_4_8_0_1, ReservedPacketTypesCloseTheConnection) {
  for (const char* bytes : {"00 00", "f0 00"}) {
    Peer client = connected(v311(connect("client")));
    client.sends_bytes(hex(bytes)).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_4_8_0_1, RemainingLengthOfFiveBytesClosesTheConnection) {
  Peer client = connected(v311(connect("client")));

  client.sends_bytes(hex("30 80 80 80 80 01")).expects_closed();
}

CONFORMANCE_TEST(MQTT311_4_8_0_1, PacketsOfTheWrongLengthCloseTheConnection) {
  for (const char* bytes : {"40 01 00", "40 03 00 01 00", "62 01 00", "82 01 00", "c0 01 00",
                            "e0 01 00", "30 01 00", "32 04 00 01 61 00"}) {
    Peer client = connected(v311(connect("client")));
    client.sends_bytes(hex(bytes)).expects_closed();
  }
}

CONFORMANCE_TEST(MQTT311_4_8_0_1, AViolationEndsItsOwnConnectionOnly) {
  Peer other = connected(v311(connect("other")));
  other.subscribed(topic("a"));

  connected(v311(connect("client"))).sends_bytes(hex("f0 00")).expects_closed();

  connected(v311(connect("third"))).published(topic("a"), "x").expects_nothing_more();
  other.receives_message("x");
}

}  // namespace sluice::conformance
