#include "support/conformance.h"

namespace sluice::conformance {

// Malformed Packets and Protocol Errors that no other file has, v5 4.13, with the Reason Code that
// the specification names.

namespace {

struct Wrong {
  const char* what;
  std::string bytes;
  ReasonCode code;
};

constexpr auto kMalformed = ReasonCode::MalformedPacket;
constexpr auto kProtocolError = ReasonCode::ProtocolError;

std::string with_properties(unsigned first, const std::string& before,
                            const std::string& properties, const std::string& after) {
  return frame(first, before +
                          variable_byte_integer(static_cast<std::uint32_t>(properties.size())) +
                          properties + after);
}

std::string publish_with(const std::string& properties) {
  return with_properties(0x30, text("sluice/none"), properties, "x");
}

std::string subscribe_with(const std::string& properties) {
  return with_properties(0x82, two_bytes(1), properties, text("sluice/none") + hex("00"));
}

std::string connect_with(const std::string& properties, const std::string& client_id) {
  return with_properties(0x10, text("MQTT") + hex("05 02 00 3c"), properties, text(client_id));
}

}  // namespace

// Covers: MQTT5-4.13.1-1, MQTT5-4.13.2-1, MQTT5-2.1.3-1
CONFORMANCE_TEST(MQTT5_2_1_3_1, WrongFixedHeaderFlagsAreMalformed) {
  const std::vector<std::string> packets{
      hex("41 02 00 01"), hex("51 02 00 01"), hex("71 02 00 01"), hex("c1 00"),
      hex("e1 00"),       hex("f1 00"),       hex("60 02 00 01"),
  };
  for (const std::string& packet : packets) {
    Peer client = connected("client");
    SCOPED_TRACE(static_cast<unsigned>(static_cast<unsigned char>(packet[0])));

    client.sends_bytes(packet);

    client.expects_disconnect(kMalformed);
  }
}

CONFORMANCE_TEST(MQTT5_3_6_1_1, PubrelWithWrongFlagsIsMalformed) {
  for (const unsigned first : {0x60U, 0x61U, 0x63U, 0x66U, 0x6AU}) {
    Peer client = connected("client");

    client.sends_bytes(frame(first, two_bytes(1)));

    client.expects_disconnect(kMalformed);
  }
}

CONFORMANCE_TEST(MQTT5_3_14_1_1, DisconnectWithFlagsIsMalformed) {
  for (const unsigned first : {0xE1U, 0xE2U, 0xE8U}) {
    Peer client = connected("client");

    client.sends_bytes(frame(first, ""));

    client.expects_disconnect(kMalformed);
  }
}

CONFORMANCE_TEST(MQTT5_3_15_1_1, AuthWithFlagsIsMalformed) {
  Peer client = connected("client");

  client.sends_bytes(hex("f2 00"));

  client.expects_disconnect(kMalformed);
}

CONFORMANCE_TEST(MQTT5_1_5_5_1, LongFormsOfVariableByteIntegersAreMalformed) {
  const std::vector<std::string> packets{
      hex("c0 80 00"),        // Remaining Length 0 in two bytes
      hex("c0 80 80 80 00"),  // in four
      hex("30 ff ff ff ff 7f"),
      frame(0x30, text("sluice/none") + hex("80 00") + "x"),  // Property Length 0 in two bytes
      // Subscription Identifier 1 in two bytes
      subscribe_with(hex("0b 81 00")),
  };
  for (const std::string& packet : packets) {
    Peer client = connected("client");

    client.sends_bytes(packet);

    client.expects_disconnect(kMalformed);
  }
}

// Section 2.2.2.2 and those of the single properties.
CONFORMANCE_TEST(MQTT5_4_13_1_1, WrongPropertiesAfterConnackAreRefused) {
  const std::vector<Wrong> all{
      {"unknown property", publish_with(hex("04 00")), kMalformed},
      {"unknown property of several bytes", publish_with(hex("80 01 00")), kMalformed},
      {"Session Expiry Interval in PUBLISH", publish_with(hex("11 00 00 00 01")), kMalformed},
      {"Reason String in PUBLISH", publish_with(hex("1f") + text("why")), kMalformed},
      {"Will Delay in PUBLISH", publish_with(hex("18 00 00 00 01")), kMalformed},
      {"Topic Alias in SUBSCRIBE", subscribe_with(hex("23 00 01")), kMalformed},
      {"Property Length beyond the packet", frame(0x30, text("a") + hex("05 01 00")), kMalformed},
      {"property cut short", publish_with(hex("02 00 00")), kMalformed},
      {"Payload Format Indicator 2", publish_with(hex("01 02")), kProtocolError},
      {"Payload Format Indicator twice", publish_with(hex("01 01 01 01")), kProtocolError},
      {"Message Expiry twice", publish_with(hex("02 00 00 00 01 02 00 00 00 01")), kProtocolError},
      {"Topic Alias twice", publish_with(hex("23 00 01 23 00 01")), kProtocolError},
      {"Content Type twice", publish_with(hex("03 00 00 03 00 00")), kProtocolError},
      {"Correlation Data twice", publish_with(hex("09 00 00 09 00 00")), kProtocolError},
      {"Response Topic twice", publish_with(hex("08") + text("a") + hex("08") + text("a")),
       kProtocolError},
      {"Subscription Identifier 0", subscribe_with(hex("0b 00")), kProtocolError},
      {"Subscription Identifier twice", subscribe_with(hex("0b 01 0b 02")), kProtocolError},
      {"Session Expiry in DISCONNECT twice",
       frame(0xE0, hex("00 0a 11 00 00 00 00 11 00 00 00 00")), kProtocolError},
      {"Server Reference in DISCONNECT of a Client is for Servers",
       frame(0xE0, hex("00 05 21 00 05 21 00")), kMalformed},
      {"Reason String in PUBACK twice", frame(0x40, hex("00 01 00 06 1f 00 00 1f 00 00")),
       kProtocolError},
  };
  for (const Wrong& wrong : all) {
    Peer client = connected("client");
    SCOPED_TRACE(wrong.what);

    client.sends_bytes(wrong.bytes);

    client.expects_disconnect(wrong.code);
  }
}

// Sections 2.2.2.2, 3.1.2.11 and 3.1.3.2.
CONFORMANCE_TEST(MQTT5_4_13_1_1, WrongPropertiesOfConnectAreRefused) {
  const std::string client_id = id("client");
  const auto with = [&client_id](const char* digits) {
    return connect_with(hex(digits), client_id);
  };
  const std::vector<Wrong> all{
      {"unknown", with("7f 00"), kMalformed},
      {"Topic Alias", with("23 00 01"), kMalformed},
      {"Server Keep Alive", with("13 00 01"), kMalformed},
      {"Payload Format Indicator", with("01 01"), kMalformed},
      {"Receive Maximum 0", with("21 00 00"), kProtocolError},
      {"Maximum Packet Size 0", with("27 00 00 00 00"), kProtocolError},
      {"Request Response Information 2", with("19 02"), kProtocolError},
      {"Request Problem Information 2", with("17 02"), kProtocolError},
      {"Session Expiry twice", with("11 00 00 00 01 11 00 00 00 01"), kProtocolError},
      {"Receive Maximum twice", with("21 00 01 21 00 01"), kProtocolError},
      {"Maximum Packet Size twice", with("27 00 00 10 00 27 00 00 10 00"), kProtocolError},
      {"Topic Alias Maximum twice", with("22 00 01 22 00 01"), kProtocolError},
      {"Request Response Information twice", with("19 01 19 01"), kProtocolError},
      {"Request Problem Information twice", with("17 01 17 01"), kProtocolError},
      {"Authentication Method twice", with("15 00 01 61 15 00 01 61"), kProtocolError},
      {"Authentication Data without Method", with("16 00 01 61"), kProtocolError},
  };
  for (const Wrong& wrong : all) {
    Peer client = peer();
    SCOPED_TRACE(wrong.what);

    client.sends_bytes(wrong.bytes);

    client.expects_refusal(wrong.code);
  }
}

CONFORMANCE_TEST(MQTT5_4_13_1_1, WrongPropertiesOfTheWillAreRefused) {
  const auto refused = [this](const std::string& properties, ReasonCode code) {
    Will will(topic("w"), "x");
    peer().sends(connect("client").will(will.raw_property(properties))).expects_refusal(code);
  };

  refused(hex("18 00 00 00 01 18 00 00 00 01"), kProtocolError);
  refused(hex("01 02"), kProtocolError);
  refused(hex("23 00 01"), kMalformed);
  refused(hex("0b 01"), kMalformed);
  refused(hex("03") + text(hex("ff")), kMalformed);
}

// Sections 3.8.3.1, 3.1.2.3, 2.1.2.
CONFORMANCE_TEST(MQTT5_4_13_1_1, OtherRulesWithoutNumberAreEnforced) {
  const std::string filter = text("sluice/none");
  const std::vector<Wrong> all{
      {"requested QoS 3", frame(0x82, hex("00 01 00") + filter + hex("03")), kProtocolError},
      {"Retain Handling 3", frame(0x82, hex("00 01 00") + filter + hex("30")), kProtocolError},
      {"packet type 0", hex("00 00"), kMalformed},
      {"PINGREQ with a body", hex("c0 01 00"), kMalformed},
      {"PUBACK without id", hex("40 01 00"), kMalformed},
      {"PUBACK with an undefined code", hex("40 03 00 01 07"), kMalformed},
      {"PUBREL with the code of another packet", hex("62 03 00 01 80"), kMalformed},
      {"DISCONNECT with an undefined code", hex("e0 01 05"), kMalformed},
      {"PUBACK with bytes left over", hex("40 05 00 01 00 00 00"), kMalformed},
      {"PUBLISH without topic", hex("30 01 00"), kMalformed},
      {"PUBLISH with a cut id", frame(0x32, text("a") + hex("01")), kMalformed},
      {"SUBSCRIBE cut in its filter", hex("82 07 00 01 00 00 05 61 62"), kMalformed},
      {"UNSUBSCRIBE cut in its filter", hex("a2 07 00 01 00 00 05 61 62"), kMalformed},
  };
  for (const Wrong& wrong : all) {
    Peer client = connected("client");
    SCOPED_TRACE(wrong.what);

    client.sends_bytes(wrong.bytes);

    client.expects_disconnect(wrong.code);
  }
}

CONFORMANCE_TEST(MQTT5_4_13_1_1, PacketsOfAServerAreRefused) {
  for (const char* packet : {"20 03 00 00 00", "90 04 00 01 00 00", "b0 04 00 01 00 00", "d0 00"}) {
    Peer client = connected("client");

    client.sends_bytes(hex(packet));

    const Received disconnect_packet = client.receives(PacketType::Disconnect);
    EXPECT_TRUE(mqtt::is_failure(disconnect_packet.reason()));
    client.expects_closed();
  }
}

// Sections 3.15.2.2.2 and 3.14.4.
// Covers: MQTT5-4.12.0-3, MQTT5-4.12.0-7, MQTT5-4.12.1-1, MQTT5-4.12.1-2
CONFORMANCE_TEST(MQTT5_4_12_0_7, AuthWithoutAuthenticationMethodIsAProtocolError) {
  connected("one").sends_bytes(hex("f0 02 19 00")).expects_disconnect(ReasonCode::ProtocolError);
  connected("two")
      .sends(auth(ReasonCode::Reauthenticate).with(PropertyId::AuthenticationMethod, "method"))
      .expects_disconnect(ReasonCode::ProtocolError);
  connected("three")
      .sends(
          auth(ReasonCode::ContinueAuthentication).with(PropertyId::AuthenticationMethod, "method"))
      .expects_disconnect(ReasonCode::ProtocolError);
  connected("four").sends_bytes(hex("f0 00")).expects_disconnect(ReasonCode::ProtocolError);
}

CONFORMANCE_TEST(MQTT5_4_12_0_6, NoAuthenticationUnlessTheClientAsksForIt) {
  Peer client = peer();

  const Received connack = client.sends(connect("client")).expects_connack();

  EXPECT_FALSE(connack.has(PropertyId::AuthenticationMethod));
  EXPECT_FALSE(connack.has(PropertyId::AuthenticationData));
  client.expects_nothing_more();
}

CONFORMANCE_TEST(MQTT5_4_12_0_1, UnknownAuthenticationMethodIsRefused) {
  Peer client = peer();

  client.sends(connect("client")
                   .with(PropertyId::AuthenticationMethod, "SCRAM-SHA-256")
                   .with(PropertyId::AuthenticationData, "data"));

  client.expects_refusal(ReasonCode::BadAuthenticationMethod);
}

// Covers: MQTT5-3.14.4-1, MQTT5-3.14.4-2, MQTT5-3.14.2-1, MQTT5-3.14.2-2
CONFORMANCE_TEST(MQTT5_3_14_4_1, NothingFollowsTheServersDisconnect) {
  Peer client = connected("client").subscribed(topic("a"));
  const std::string valid = publish(topic("a"), "x").encode(Version::V5);

  client.sends_bytes(valid).receives_message("x");

  client.sends_bytes(hex("e1 00") + valid + hex("c0 00"));

  client.expects_disconnect(kMalformed);
}

CONFORMANCE_TEST(MQTT5_3_14_4_2, ServerClosesAfterADisconnectOfTheClient) {
  for (const char* form : {"e0 00", "e0 01 00", "e0 02 00 00", "e0 01 04"}) {
    Peer client = connected("client");

    client.sends_bytes(hex(form));

    client.expects_closed();
  }
}

CONFORMANCE_TEST(MQTT5_3_14_2_1, ShutdownIsTold) {
  if (BrokerProcess::is_foreign()) GTEST_SKIP();
  BrokerProcess& broker = own_broker();
  Peer one = connected("one");
  Peer two = connected("two").subscribed("a");

  broker.asks_to_stop();

  one.expects_disconnect(ReasonCode::ServerShuttingDown);
  two.expects_disconnect(ReasonCode::ServerShuttingDown);
  EXPECT_EQ(broker.waits_for_end(), 0);
}

CONFORMANCE_TEST(MQTT5_4_13_1_1, OneBadClientDisturbsNobodyElse) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::AtLeastOnce);
  Peer pub = connected("pub");
  for (const char* garbage : {"00 00", "ff ff ff ff ff", "f0 00", "30 03 00 05 61"}) {
    Peer bad = connected("bad");
    bad.sends_bytes(hex(garbage));
    pub.published(topic("a"), "x", Qos::AtLeastOnce);

    sub.acknowledges(sub.receives_message("x"));
  }
}

// Short and long forms of the acknowledgements, v5 3.4.2.1 and the like.
CONFORMANCE_TEST(MQTT5_2_2_2_1, EveryFormOfAnAcknowledgementIsTaken) {
  Peer sub = connected("sub").subscribed(topic("a"), Qos::ExactlyOnce);
  Peer pub = connected("pub");
  const std::vector<std::string> tails{
      "", hex("00"), hex("00 00"), hex("00 0a 1f") + text("ok") + hex("26") + text("") + text("")};
  for (const std::string& tail : tails) {
    pub.published(topic("a"), "1", Qos::AtLeastOnce).published(topic("a"), "2", Qos::ExactlyOnce);
    const std::string one = two_bytes(sub.receives_message("1").packet_id);
    const PacketId two = sub.receives_message("2").packet_id;

    sub.sends_bytes(frame(0x40, one + tail));
    sub.sends_bytes(frame(0x50, two_bytes(two) + tail)).expects(pubrel(two));
    sub.sends_bytes(frame(0x70, two_bytes(two) + tail)).expects_nothing_more();
  }
}

}  // namespace sluice::conformance
