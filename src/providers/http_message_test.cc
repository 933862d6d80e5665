#include "providers/http_message.h"

#include <gtest/gtest.h>

#include "auth/authorization_rules.h"

namespace sluice::providers {
namespace {

auth::ConnectRequest request_of(std::string username, std::string password) {
  auth::ConnectRequest request;
  request.client_id = "meter";
  request.username = std::move(username);
  request.password = std::move(password);
  request.peer.common_names = {"cn"};
  return request;
}

HttpSettings settings_with(std::string body) {
  HttpSettings settings;
  settings.endpoint = "https://example.com/auth?a=1#part";
  settings.body = std::move(body);
  return settings;
}

TEST(HttpMessage, FillsInTheTemplate) {
  const auto call = make_call(
      settings_with(
          R"({"id":"${clientId}","u":"${username}","p":"${password}","cn":"${commonName}",)"
          R"("x":"${other}"})"),
      request_of("user", "pass"));

  ASSERT_TRUE(call);
  EXPECT_EQ(call->method, "POST");
  EXPECT_EQ(call->body, R"({"id":"meter","u":"user","p":"pass","cn":"cn","x":"${other}"})");
  EXPECT_EQ(call->headers.at("Content-Type"), "application/json");
}

TEST(HttpMessage, AValueCannotLeaveItsPlace) {
  const auto call = make_call(settings_with(R"({"u":"${username}","p":"${password}"})"),
                              request_of("a\",\"admin\":\"\\\n${password}", "secret"));

  ASSERT_TRUE(call);
  EXPECT_EQ(call->body, R"({"u":"a\",\"admin\":\"\\\n${password}","p":"secret"})");
}

TEST(HttpMessage, RefusesValuesThatAreNoText) {
  EXPECT_FALSE(make_call(settings_with(R"({"p":"${password}"})"), request_of("u", "\xff")));
}

TEST(HttpMessage, WritesTheTemplateAsQuery) {
  HttpSettings settings = settings_with(R"({"u":"${username}","n":7})");
  settings.use_get = true;

  const auto call = make_call(settings, request_of("a b&c=d/\xc3\xa9", "p"));

  ASSERT_TRUE(call);
  EXPECT_EQ(call->method, "GET");
  EXPECT_EQ(call->body, "");
  EXPECT_EQ(call->url, "https://example.com/auth?a=1&u=a%20b%26c%3Dd%2F%C3%A9&n=7");

  for (const char* body : {"", "[]", "u=${username}", R"({"a":{}})", R"({"a":1,"a":2})"}) {
    settings.body = body;
    EXPECT_FALSE(make_call(settings, request_of("u", "p"))) << body;
  }
}

class HttpReplyTest : public ::testing::Test {
 protected:
  Decision decide(int status, const std::string& body) {
    return decide_by_reply(settings, request_of("user", "pass"), {status, body, ""}, rules);
  }
  const auth::Identity* admitted(const std::string& body, int status = 200) {
    decision = decide(status, body);
    const auto* found = std::get_if<auth::Admitted>(&decision);
    return found == nullptr ? nullptr : &found->identity;
  }
  bool skips(int status, const std::string& body, bool bars_anonymous) {
    decision = decide(status, body);
    const auto* skipped = std::get_if<Skipped>(&decision);
    return skipped != nullptr && skipped->bars_anonymous == bars_anonymous;
  }

  HttpSettings settings = settings_with("");
  RuleCache rules;
  Decision decision;
};

TEST_F(HttpReplyTest, AnEmptyReplyAdmitsByTheSettings) {
  settings.default_client_type = config::ClientType::Application;
  settings.rules = auth::RuleText{{{"a"}, {}}, {}};

  for (const char* body : {"", " \r\n", "null", "{}", R"({"result":"success"})"}) {
    const auto* identity = admitted(body);
    ASSERT_NE(identity, nullptr) << body;
    EXPECT_EQ(identity->client_type, config::ClientType::Application);
    EXPECT_TRUE(identity->rules->may_publish("a"));
    EXPECT_FALSE(identity->rules->may_publish("b"));
  }
  EXPECT_NE(admitted("", 204), nullptr);
}

TEST_F(HttpReplyTest, TheReplyMaySayMore) {
  const auto* identity =
      admitted(R"({"result":"Success","clientType":"application",)"
               R"("authRules":{"pubAuthRulePatterns":["p"],"subAuthRulePatterns":null}})");

  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->client_type, config::ClientType::Application);
  EXPECT_TRUE(identity->rules->may_publish("p"));
  EXPECT_FALSE(identity->rules->may_subscribe("p"));
}

TEST_F(HttpReplyTest, FailureStops) {
  EXPECT_TRUE(std::holds_alternative<auth::Refused>(decide(200, R"({"result":"failure"})")));
}

TEST_F(HttpReplyTest, RulesThatCannotBeReadRefuse) {
  for (const char* rules_text :
       {"7", "[]", R"({"pubAuthRulePatterns":"a"})", R"({"subAuthRulePatterns":[7]})"}) {
    EXPECT_TRUE(std::holds_alternative<auth::Refused>(
        decide(200, std::string(R"({"result":"success","authRules":)") + rules_text + "}")))
        << rules_text;
  }
}

TEST_F(HttpReplyTest, WhateverElseSkips) {
  EXPECT_TRUE(skips(200, R"({"result":"skipped"})", false));
  for (const char* body :
       {R"({"result":"maybe"})", R"({"result":7})", R"({"error":"denied"})", "[]", "7", "<html>",
        "{", R"({"result":"failure","result":"success"})"}) {
    EXPECT_TRUE(skips(200, body, true)) << body;
  }
  for (const int status : {0, 100, 301, 302, 401, 403, 500}) {
    EXPECT_TRUE(skips(status, "", true)) << status;
  }
}

TEST_F(HttpReplyTest, NoReplySkips) {
  decision = decide_by_reply(settings, request_of("u", "p"), {0, "", "timed out"}, rules);

  ASSERT_TRUE(std::holds_alternative<Skipped>(decision));
  EXPECT_EQ(std::get<Skipped>(decision).reason, "HTTP: timed out");
}

}  // namespace
}  // namespace sluice::providers
