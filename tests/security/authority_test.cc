// Classes: identities that become filters, Wills past the rules, authority that outlives its end,
// and topics that are rewritten after the check. All paths and all cells of these are in
// src/broker/authorization_matrix_test.cc; here each goes once through the finished program.

#include <gtest/gtest.h>

#include "security/administration.h"

namespace sluice::security {
namespace {

class Guarded : public ::testing::Test {
 protected:
  Peer connected(const std::string& client_id, const std::string& user,
                 Where where = Where::current()) {
    return broker.connected(connect_as_user(client_id, user), where);
  }
  /// Somebody who may do everything.
  Peer observer(Where where = Where::current()) {
    administration.add_user("observer", "null", where);
    return connected("observer", "observer", where);
  }
  /// Nothing that was published before is on its way to `reader`.
  static void expect_silence(Peer& reader, Peer& writer, Where where = Where::current()) {
    reader.subscribed("marker/of/the/end", Qos::AtMostOnce, where);
    writer.published("marker/of/the/end", "end", Qos::AtMostOnce, where);
    reader.receives_message("end", where);
  }

  TestBroker broker{{.is_guarded = true}};
  Administration administration{broker};
};

// CVE-2017-7650: a Client that calls itself '#' or '+' gets the topics of all others.
class IdentityInjection : public Guarded {};

TEST_F(IdentityInjection, ByClientIdentifierReachesNobodyElse) {
  administration.add_user("shared", may({"devices/${clientId}/#"}));
  connected("meter", "shared").subscribed("devices/meter/#", Qos::AtLeastOnce);

  for (const char* evil : {"#", "+", "+/+", "meter/#", "/", "$share", "${clientId}", ".*", "*"}) {
    Peer peer = broker.peer();
    peer.sends(connect_as_user(evil, "shared"));
    if (mqtt::is_failure(peer.receives(PacketType::Connack).reason())) continue;
    for (const std::string filter : {"#", "devices/#", "devices/meter/#", "devices/+/#"}) {
      peer.sends(subscribe(1, {{.filter = filter}})).expects_suback(1, {ReasonCode::NotAuthorized});
    }
    peer.sends(publish("devices/meter/x", "x", Qos::AtLeastOnce, 1))
        .expects(puback(1, ReasonCode::NotAuthorized));
  }
}

TEST_F(IdentityInjection, ByUserNameReachesNobodyElse) {
  for (const std::string evil : {"#", "+", "a/#", ".*", "[a-z]+"}) {
    administration.add_user(evil, R"({"subAuthRulePatterns": ["u/${username}/.*"],
                                      "subFilterRules": [{"allow": true,
                                                          "filter": "f/${username}/#"}]})");
    Peer peer = connected("c", evil);
    for (const std::string filter : {"#", "u/#", "u/victim/x", "f/victim/#", "f/+/x", "f/#"}) {
      peer.sends(subscribe(1, {{.filter = filter}})).expects_suback(1, {ReasonCode::NotAuthorized});
    }
  }
}

// emqx #8978, mochi-mqtt #503, Mosquitto 2.0.16.
class WillBypass : public Guarded {};

TEST_F(WillBypass, IsRefusedWithTheConnection) {
  administration.add_user("u", may({"allowed"}));
  for (const char* topic : {"denied", "$SYS/x", "$CONTROL/x", "allowed/below"}) {
    Peer peer = broker.peer();
    peer.sends(connect_as_user("c", "u").will(Will(topic, "will")));
    peer.expects_refusal(ReasonCode::NotAuthorized);
  }
  broker.connected(connect_as_user("c", "u").will(Will("allowed", "will")));
}

TEST_F(WillBypass, IsCheckedAgainWhenItFires) {
  Peer reader = observer();
  reader.subscribed("allowed", Qos::AtLeastOnce);
  const std::string user = administration.add_user("u", may({"allowed"}));
  Peer first = broker.connected(connect_as_user("first", "u").will(Will("allowed", "right")));
  first.vanishes();
  reader.receives_message("right");
  Peer second = broker.connected(connect_as_user("second", "u").will(Will("allowed", "wrong")));

  administration.change_rules(user, "u", may({"marker/#"}));
  second.vanishes();

  // Its Will was decided upon when it is back, and what it says now takes the same way.
  Peer again = connected("second", "u");
  expect_silence(reader, again);
}

// CVE-2018-12546, CVE-2021-34434, emqx #10396, #10192, nanomq #1925, NATS advisory 2026-26.
class StaleAuthority : public Guarded {};

TEST_F(StaleAuthority, EndsLiveSubscriptionsAndPublishing) {
  Peer writer = observer();
  const std::string user = administration.add_user("u", may({"t/#", "marker/#"}));
  Peer subject = connected("subject", "u");
  subject.subscribed("t/#", Qos::AtLeastOnce).subscribed("$share/g/t/#");

  administration.change_rules(user, "u", may({"marker/#"}));

  writer.published(publish("t/1", "secret", Qos::AtLeastOnce, 1).retain());
  subject.sends(publish("t/1", "x", Qos::AtLeastOnce, 1))
      .expects(puback(1, ReasonCode::NotAuthorized));
  subject.sends(subscribe(2, {{.filter = "t/1"}})).expects_suback(2, {ReasonCode::NotAuthorized});
  expect_silence(subject, writer);
}

TEST_F(StaleAuthority, EndsWhatIsQueuedAndInFlight) {
  Peer writer = observer();
  const std::string user = administration.add_user("u", may({"t/#", "marker/#"}));
  const Connect away = connect_as_user("away", "u").clean_start(false).session_expiry(600);
  Peer subject = broker.connected(away);
  subject.subscribed("t/#", Qos::ExactlyOnce);
  writer.published("t/1", "in flight", Qos::ExactlyOnce);
  subject.receives_message("in flight");
  subject.vanishes();
  writer.published("t/1", "queued", Qos::ExactlyOnce);

  administration.change_rules(user, "u", may({"marker/#"}));

  Peer again = broker.connected(away);
  expect_silence(again, writer);
}

TEST_F(StaleAuthority, EndsTheConnectionsOfDeletedCredentials) {
  const std::string user = administration.add_user("u", "null");
  Peer modern = connected("modern", "u");
  Peer old = broker.peer();
  old.sends(connect_as_user("old", "u").version(Version::V311)).expects_connack();

  administration.delete_credentials(user);

  modern.receives(PacketType::Disconnect);
  modern.expects_closed();
  old.expects_closed();
  Peer again = broker.peer();
  again.sends(connect_as_user("modern", "u")).expects_refusal(ReasonCode::NotAuthorized);
}

TEST_F(StaleAuthority, OutlivesNoRestart) {
  Peer writer = observer();
  const std::string user = administration.add_user("u", may({"t/#", "marker/#"}));
  const Connect away = connect_as_user("away", "u").clean_start(false).session_expiry(600);
  broker.connected(away).subscribed("t/#", Qos::AtLeastOnce).disconnects();
  writer.published("t/1", "queued", Qos::AtLeastOnce);
  administration.change_rules(user, "u", may({"marker/#"}));

  broker.kill();
  broker.start();

  Peer observer_again = connected("observer", "observer");
  observer_again.published("t/1", "later", Qos::AtLeastOnce);
  Peer again = broker.connected(away);
  expect_silence(again, observer_again);
}

// mosquitto #3670, #3671, #3672, emqx #4200.
class RewriteAfterCheck : public Guarded {};

TEST_F(RewriteAfterCheck, AnAliasIsTheTopicItStandsFor) {
  Peer reader = observer();
  reader.subscribed("denied").subscribed("allowed");
  const std::string user = administration.add_user("u", may({"allowed"}));
  Peer subject = connected("subject", "u");
  const auto by_alias = [](const std::string& topic, const char* payload, PacketId id) {
    return publish(topic, payload, Qos::AtLeastOnce, id).with(PropertyId::TopicAlias, 1);
  };

  subject.sends(by_alias("allowed", "first", 1)).expects(puback(1));
  reader.receives_message("first");
  subject.sends(by_alias("denied", "wrong", 2)).expects(puback(2, ReasonCode::NotAuthorized));
  subject.sends(by_alias("", "wrong", 3)).expects(puback(3, ReasonCode::NotAuthorized));
  subject.sends(by_alias("allowed", "second", 4)).expects(puback(4));
  reader.receives_message("second");

  administration.change_rules(user, "u", may({"other"}));
  subject.sends(by_alias("", "wrong", 5)).expects(puback(5, ReasonCode::NotAuthorized));
  expect_silence(reader, reader);
}

TEST_F(RewriteAfterCheck, ASharedSubscriptionIsTheFilterItHolds) {
  administration.add_user("u", may({"allowed/#"}));
  Peer subject = connected("subject", "u");

  subject
      .sends(subscribe(1, {{.filter = "$share/g/allowed/#"},
                           {.filter = "$share/allowed/denied"},
                           {.filter = "$share/g/denied"},
                           {.filter = "$share/g/#"},
                           {.filter = "$share/g/$SYS/#"}}))
      .expects_suback(1, {ReasonCode::Success, ReasonCode::NotAuthorized, ReasonCode::NotAuthorized,
                          ReasonCode::NotAuthorized, ReasonCode::NotAuthorized});
}

}  // namespace
}  // namespace sluice::security
