// Class: what fails opens. CVE-2018-12550 (an empty file of rules), CVE-2017-7652 (no descriptor
// left), BifroMQ's and TBMQ's defaults.

#include <gtest/gtest.h>

#include "providers/http_server_for_test.h"
#include "security/administration.h"

namespace sluice::security {
namespace {

using providers::testing::HttpServer;

std::vector<Connect> whoever() {
  return {connect_as("c"),
          connect_as("c").user_name("u"),
          connect_as("c").user_name("u").password("p"),
          connect_as("c").user_name("").password(""),
          connect_as("c").password("p"),
          connect_as("").clean_start(true)};
}

void expect_nobody_gets_in(const TestBroker& broker, Where where = Where::current()) {
  for (const Version version : {Version::V5, Version::V311}) {
    for (Connect connect : whoever()) {
      Peer peer = broker.peer();
      peer.sends(connect.version(version));
      const std::string answer = peer.bytes_until_closed(where);
      const bool is_accepted = answer.size() > 3 && answer[0] == 0x20 && answer[3] == 0;
      EXPECT_FALSE(is_accepted) << "line " << where.line();
    }
  }
}

TEST(FailOpen, NobodyGetsInWithoutCredentials) {
  TestBroker broker({.is_guarded = true});
  expect_nobody_gets_in(broker);
}

TEST(FailOpen, NobodyGetsInWithoutAProvider) {
  TestBroker broker({.is_guarded = true});
  const Administration administration(broker);
  administration.add_user("u", "null");
  administration.disable_provider("MQTT_BASIC");

  expect_nobody_gets_in(broker);
  Peer known = broker.peer();
  known.sends(connect_as_user("c", "u"));
  known.expects_refusal(ReasonCode::NotAuthorized);
}

TEST(FailOpen, NobodyGetsInWithoutTheAdministration) {
  TestBroker broker({.settings = {"auth.allow_anonymous=false"}});
  expect_nobody_gets_in(broker);
}

TEST(FailOpen, RulesThatSayNothingAllowNothing) {
  TestBroker broker({.is_guarded = true});
  const Administration administration(broker);
  int users = 0;
  for (const char* rules :
       {"{}", R"({"pubAuthRulePatterns": [], "subAuthRulePatterns": []})",
        R"({"pubAuthRulePatterns": null, "subAuthRulePatterns": null})",
        R"({"pubFilterRules": [], "subFilterRules": []})", R"({"pubFilterRules": null})"}) {
    const std::string name = "u" + std::to_string(++users);
    administration.add_user(name, rules);
    Peer peer = broker.connected(connect_as_user("c", name));
    peer.sends(publish("t", "x", Qos::AtLeastOnce, 1))
        .expects(puback(1, ReasonCode::NotAuthorized));
    peer.sends(subscribe(2, {{.filter = "t"}})).expects_suback(2, {ReasonCode::NotAuthorized});
  }
}

TEST(FailOpen, AMisspeltRuleIsAnErrorAndNotItsAbsence) {
  TestBroker broker({.is_guarded = true});
  const Administration administration(broker);
  for (const std::string value :
       {R"({"userName": "u", "authRule": {}})", R"({"userName": "u", "authRules": []})",
        R"({"userName": "u", "authRules": {"pubAuthRulePattern": ["a"]}})",
        R"({"userName": "u", "authRules": {"pubFilterRules": [{"filter": "a"}]}})",
        R"({"userName": "u", "authRules": {"pubAuthRulePatterns": ["("]}})"}) {
    const auto answer =
        administration.ask("POST", kCredentials,
                           R"({"name": "n", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
            "credentialsValue": )" +
                               value + "}");
    EXPECT_EQ(answer.status, 400) << value;
  }
}

void enable_http(const Administration& administration, const std::string& url) {
  administration.do_it(
      "POST", "/api/mqtt/auth/provider",
      R"({"type": "HTTP", "enabled": true, "configuration": {"restEndpointUrl": ")" + url +
          R"(", "readTimeoutMs": 500}})");
}

Plan with_http() {
  return {.settings = {"auth.http_to_private=true", "auth.timeout=2"}, .is_guarded = true};
}

TEST(FailOpen, AProviderThatHangsOrErrsLetsNobodyIn) {
  TestBroker broker(with_http());
  const Administration administration(broker);
  administration.add_user("known", "null");
  for (const std::string& reply :
       {HttpServer::kHang, std::string(), std::string("SSH-2.0-x\r\n"),
        HttpServer::reply(500, "{}"), HttpServer::reply(404, ""), HttpServer::reply(302, ""),
        HttpServer::reply(200, R"({"result": )"), HttpServer::reply(200, R"({"result": "sure"})"),
        HttpServer::reply(200, R"({"result": "failure"})")}) {
    HttpServer server([&reply](const std::string&) { return reply; });
    enable_http(administration, server.url());

    Peer peer = broker.peer();
    peer.sends(connect_as("c").user_name("u").password("p"));
    EXPECT_TRUE(mqtt::is_failure(peer.receives(PacketType::Connack).reason())) << reply;
    broker.connected(connect_as_user("k", "known"));  // whom another provider knows
  }
}

TEST(FailOpen, AProviderThatIsNotThereLetsNobodyIn) {
  TestBroker broker(with_http());
  enable_http(Administration(broker), "http://127.0.0.1:" + std::to_string(free_port()) + "/");

  expect_nobody_gets_in(broker);
}

TEST(FailOpen, NoDescriptorLeftChangesNoRule) {
  if (kIsSanitized) {
    GTEST_SKIP() << "UndefinedBehaviorSanitizer looks at objects through a pipe, which needs two";
  }
  TestBroker broker({.is_guarded = true, .descriptors_max = 128});
  const Administration administration(broker);
  administration.add_user("u", may({"allowed"}));
  Peer subject = broker.connected(connect_as_user("subject", "u"));

  std::vector<std::unique_ptr<Socket>> sockets;
  while (broker.said().find("no_descriptor_left") == std::string::npos && sockets.size() < 400) {
    sockets.push_back(std::make_unique<Socket>(broker.port()));
    subject.sends(pingreq()).expects_pingresp();
  }
  ASSERT_LT(sockets.size(), 400U);
  for (PacketId id = 1; id < 20; ++id) {
    subject.sends(publish("denied", "x", Qos::AtLeastOnce, id))
        .expects(puback(id, ReasonCode::NotAuthorized));
    subject.sends(subscribe(id, {{.filter = "#"}})).expects_suback(id, {ReasonCode::NotAuthorized});
  }
  sockets.clear();

  expect_nobody_gets_in(broker);
  broker.connected(connect_as_user("again", "u"));
}

}  // namespace
}  // namespace sluice::security
