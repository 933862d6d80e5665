// Class: CPU by many User Properties (Mosquitto 2.0.12) and by regular expressions that backtrack.

#include <gtest/gtest.h>

#include "security/administration.h"

namespace sluice::security {
namespace {

/// As many as fit: name and value empty, five bytes each.
template <class Packet>
Packet with_properties(Packet packet, unsigned count) {
  for (unsigned i = 0; i < count; ++i) packet.user_property("", "");
  return packet;
}

TEST(CpuByUserPropertiesAndRegex, PropertiesAreLimitedInEachPacket) {
  TestBroker broker;
  Peer reader = broker.connected(connect_as("reader"));
  reader.subscribed("t");

  Peer writer = broker.connected(with_properties(connect_as("writer"), 100));
  writer.published(with_properties(publish("t", "100"), 100));
  EXPECT_EQ(reader.receives_message("100").user_properties().size(), 100U);
  const auto expect_end = [&broker](const auto& packet) {
    Peer peer = broker.connected(connect_as("writer"));
    peer.sends(packet);
    peer.bytes_until_closed();
  };
  expect_end(with_properties(publish("t", "101"), 101));
  expect_end(with_properties(subscribe(1, {{.filter = "t"}}), 101));
  expect_end(with_properties(publish("t", "many"), 300'000));
  Peer known = broker.peer();
  known.sends(with_properties(connect_as("known"), 101));
  EXPECT_TRUE(mqtt::is_failure(known.receives(PacketType::Connack).reason()));
  Peer dying = broker.peer();
  dying.sends(connect_as("dying").will(with_properties(Will("t", "will"), 101)));
  EXPECT_TRUE(mqtt::is_failure(dying.receives(PacketType::Connack).reason()));

  reader.expects_nothing_more();
}

TEST(CpuByUserPropertiesAndRegex, APatternThatOthersNeverFinishTakesNoTime) {
  TestBroker broker({.is_guarded = true});
  const Administration administration(broker);
  administration.add_user(
      "regex", R"({"pubAuthRulePatterns": ["(a+)+b", "(a|aa)+b", "(a?){50}a{50}b", "(.*a){20}b"],
                   "subAuthRulePatterns": ["([a-z]+)*b"]})");
  Peer peer = broker.connected(connect_as_user("c", "regex"));
  const std::string almost = std::string(60'000, 'a') + "!";

  for (PacketId id = 1; id <= 100; ++id) {
    peer.sends(publish(almost, "x", Qos::AtLeastOnce, id))
        .expects(puback(id, ReasonCode::NotAuthorized));
  }
  peer.sends(subscribe(1, {{.filter = almost}})).expects_suback(1, {ReasonCode::NotAuthorized});
}

TEST(CpuByUserPropertiesAndRegex, APatternThatCannotBeLinearIsRefusedInWords) {
  TestBroker broker({.is_guarded = true});
  const Administration administration(broker);
  for (const std::string pattern :
       {R"((a)\\1)", "(?=a)", "(?<=a)", "a*+", "((a{100}){100}){100}"}) {
    const auto credentials =
        administration.ask("POST", kCredentials,
                           R"({"name": "r", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
            "credentialsValue": {"userName": "r", "authRules": {"pubAuthRulePatterns": [")" +
                               pattern + R"("]}}})");
    EXPECT_EQ(credentials.status, 400) << pattern << credentials.body;
    EXPECT_GT(text_member(credentials.body, "message").size(), 10U);
    const auto block = administration.ask(
        "POST", "/api/blockedClient",
        R"({"type": "REGEX", "regexMatchTarget": "BY_CLIENT_ID", "pattern": ")" + pattern + "\"}");
    EXPECT_EQ(block.status, 400) << pattern << block.body;
  }
}

}  // namespace
}  // namespace sluice::security
