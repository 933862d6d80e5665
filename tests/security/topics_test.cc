// Classes: deep recursion, and topics that are empty, begin with '$' or hold wildcards.

#include <gtest/gtest.h>

#include "security/administration.h"

namespace sluice::security {
namespace {

const std::string& slashes() {
  static const std::string kSlashes(65'000, '/');
  return kSlashes;
}

std::string pluses() {
  std::string filter;
  for (int i = 0; i < 32'000; ++i) filter += "+/";
  return filter + "#";
}

/// All levels allowed, and threads with so little stack that recursion over levels would end them.
Plan deep(bool is_guarded) {
  return {.settings = {"mqtt.topic_levels_max=65536"},
          .is_guarded = is_guarded,
          .stack_bytes = 1024 * 1024};
}

// CVE-2019-11779: 65 400 slashes in a SUBSCRIBE overflow the stack.
TEST(DeepRecursion, InTopicFilterAndRetainedTopicNeedsNoStack) {
  TestBroker broker(deep(false));
  Peer reader = broker.connected(connect_as("reader"));
  reader.subscribed(slashes()).subscribed(pluses());
  Peer writer = broker.connected(connect_as("writer"));

  writer.published(publish(slashes(), "deep", Qos::AtLeastOnce, 1).retain());

  reader.receives_message("deep");
  Peer late = broker.connected(connect_as("late"));
  late.subscribed(pluses());
  late.receives_message("deep");
  reader.unsubscribed(slashes()).unsubscribed(pluses());
  writer.published(publish(slashes(), "", Qos::AtLeastOnce, 2).retain());
}

TEST(DeepRecursion, InAWillAndThroughARestartNeedsNoStack) {
  TestBroker broker(deep(false));
  Peer reader = broker.connected(connect_as("reader").session_expiry(600));
  reader.subscribed(slashes(), Qos::AtLeastOnce);
  Peer dying = broker.connected(connect_as("dying").will(Will(slashes(), "will")));
  dying.vanishes();
  reader.receives_message("will");
  reader.disconnects();
  Peer writer = broker.connected(connect_as("writer"));
  writer.published(slashes(), "queued", Qos::AtLeastOnce);

  broker.kill();
  broker.start();

  Peer again = broker.connected(connect_as("reader").clean_start(false).session_expiry(600));
  again.acknowledges(again.receives_message("queued"));
}

TEST(DeepRecursion, InRulesNeedsNoStack) {
  TestBroker broker(deep(true));
  const Administration administration(broker);
  administration.add_user("deep", may({"/#"}));
  administration.ask("POST", kCredentials,
                     R"({"name": "d", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
                         "credentialsValue": {"userName": "d", "authRules": )" +
                         may({slashes(), pluses()}) + "}}");
  administration.ask("POST", kCredentials, std::string(500'000, '['));

  Peer peer = broker.connected(connect_as_user("c", "deep"));
  peer.subscribed(slashes(), Qos::AtLeastOnce);
  peer.published(slashes(), "deep", Qos::AtLeastOnce).receives_message("deep");
  peer.sends(subscribe(1, {{.filter = pluses()}})).expects_suback(1, {ReasonCode::NotAuthorized});
}

TEST(DeepRecursion, IsRefusedByDefault) {
  TestBroker broker;
  Peer reader = broker.connected(connect_as("reader"));
  reader.sends(subscribe(1, {{.filter = slashes()}, {.filter = pluses()}}))
      .expects_suback(1, {ReasonCode::TopicFilterInvalid, ReasonCode::TopicFilterInvalid});

  Peer writer = broker.connected(connect_as("writer"));
  writer.sends(publish(slashes(), "deep", Qos::AtLeastOnce, 1))
      .expects(puback(1, ReasonCode::TopicNameInvalid));
  Peer dying = broker.peer();
  dying.sends(connect_as("dying").will(Will(slashes(), "will")));
  dying.expects_connack(ReasonCode::TopicNameInvalid);

  broker.expect_service();
}

class ZeroLengthDollarAndWildcardTopics : public ::testing::TestWithParam<Version> {
 protected:
  Peer connected(const std::string& id) {
    return broker.connected(Connect(id).version(GetParam()));
  }
  TestBroker broker;
};

// CVE-2021-34432: an empty topic.
TEST_P(ZeroLengthDollarAndWildcardTopics, ThatAreNoTopicNamesEndTheirConnection) {
  const std::string nul(1, '\0');
  for (const std::string& topic :
       {std::string(), std::string("#"), std::string("+"), std::string("a/+"), std::string("a/#"),
        std::string("a#"), nul, "a" + nul, std::string("\xff\xfe"), std::string("\xed\xa0\x80")}) {
    for (const Qos qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
      Peer peer = connected("writer");
      peer.sends(publish(topic, "x", qos, qos == Qos::AtMostOnce ? PacketId{0} : PacketId{1}));
      peer.bytes_until_closed();
    }
  }
  broker.expect_service();
}

TEST_P(ZeroLengthDollarAndWildcardTopics, ThatAreNoTopicFiltersAreRefused) {
  std::vector<std::string> filters{"", "a#", "#a", "a/#/b", "a+", "+a", "a/b+/c", "##"};
  if (GetParam() == Version::V5) {
    filters.insert(filters.end(),
                   {"$share/g/", "$share//a", "$share/g", "$share/+/a", "$share/g/a#"});
  }
  for (const std::string& filter : filters) {
    Peer peer = connected("reader");
    peer.sends(subscribe(1, {{.filter = filter}}));
    if (GetParam() == Version::V31) {
      peer.expects_closed();  // its SUBACK cannot refuse
      continue;
    }
    const bool is_v5 = GetParam() == Version::V5;
    peer.expects_suback(1, {is_v5 ? ReasonCode::TopicFilterInvalid : ReasonCode::UnspecifiedError});
  }
  broker.expect_service();
}

// CVE-2018-12543: a PUBLISH to a topic that begins with '$' ended the broker.
TEST_P(ZeroLengthDollarAndWildcardTopics, WithADollarReachNobodyByWildcard) {
  Peer reader = connected("reader");
  reader.subscribed("#").subscribed("+/#").subscribed("+/a").subscribed("+");
  Peer writer = connected("writer");
  for (const char* topic : {"$", "$a", "$/a", "$x/a", "$share", "$share/g/a", "$CONTROL/a", "$$"}) {
    writer.sends(publish(topic, "hidden"));
  }
  // The broker's own: MQTT 3 has no other way to say no than to close.
  for (const char* topic : {"$SYS", "$SYS/a", "$events/client/connected/a"}) {
    connected("liar").sends(publish(topic, "hidden"));
  }
  writer.sends(pingreq()).expects_pingresp();
  writer.published("a/a/a", "seen");

  reader.receives_message("seen");
  broker.expect_service();
}

INSTANTIATE_TEST_SUITE_P(In, ZeroLengthDollarAndWildcardTopics,
                         ::testing::Values(Version::V31, Version::V311, Version::V5),
                         [](const auto& test) {
                           return test.param == Version::V31    ? "V31"
                                  : test.param == Version::V311 ? "V311"
                                                                : "V5";
                         });

}  // namespace
}  // namespace sluice::security
