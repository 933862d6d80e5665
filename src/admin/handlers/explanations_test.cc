#include <gtest/gtest.h>

#include "admin/testing/harness.h"

namespace sluice::admin {
namespace {

using testing::Harness;
namespace json = boost::json;

class ExplanationsTest : public ::testing::Test {
 protected:
  json::value get(const std::string& target) {
    const Response response = harness.ask_locally("GET", target);
    EXPECT_EQ(response.status, 200U) << target << ": " << response.body;
    return json::parse(response.body);
  }
  /// returns  the id of the credentials
  std::string add_x509_credentials(const std::string& value) {
    const json::object credentials{{"name", "n"},
                                   {"clientType", "DEVICE"},
                                   {"credentialsType", "X_509"},
                                   {"credentialsValue", value}};
    const Response made =
        harness.ask_locally("POST", "/api/mqtt/client/credentials", json::serialize(credentials));
    EXPECT_EQ(made.status, 200U) << made.body;
    return Harness::text(made, "id");
  }

  Harness harness;
};

TEST_F(ExplanationsTest, TestRulesOfACertificateByItsCommonName) {
  const std::string id = add_x509_credentials(
      R"({"certCnPattern": "meter-.*", "certCnIsRegex": true, "authRulesMapping": {
          "meter-1": {"pubAuthRulePatterns": ["plant/.*"], "subAuthRulePatterns": [".*"]},
          "meter-2": {"pubAuthRulePatterns": ["other/.*"], "subAuthRulePatterns": [".*"]}}})");
  const auto may_publish = [&](const std::string& common_name) {
    auto& sender = harness.view.add_session("sender");
    sender.credentials_id = id;
    sender.common_name = common_name;
    const auto answer = get("/api/explain?clientId=reader&topic=plant/a&publisher=sender");
    return answer.at("causes").at(0).at("cause") != "NOT_AUTHORIZED";
  };

  EXPECT_TRUE(may_publish("meter-1"));
  EXPECT_FALSE(may_publish("meter-2"));
}

TEST_F(ExplanationsTest, RanksSlowSubscribersByWhatWaitsOrByLatency) {
  auto& behind = harness.view.add_session("behind").summary;
  behind.waiting_bytes = 1000;
  behind.waiting_messages = 10;
  const auto& late = harness.view.add_session("late").summary;
  harness.view.latencies = {{late, 900.5, 2000}, {behind, 5, 7}};

  const auto by_waiting = get("/api/slow-subscribers?sortBy=waiting").as_array();
  const auto by_latency = get("/api/slow-subscribers?sortBy=latency").as_array();

  ASSERT_EQ(by_waiting.size(), 1U);
  EXPECT_EQ(by_waiting[0].at("clientId"), "behind");
  EXPECT_EQ(by_waiting[0].at("latencyMs").to_number<double>(), 5);
  ASSERT_EQ(by_latency.size(), 2U);
  EXPECT_EQ(by_latency[0].at("clientId"), "late");
  EXPECT_EQ(by_latency[0].at("waitingBytes"), 0U);
  EXPECT_EQ(by_latency[0].at("latencyMs").to_number<double>(), 900.5);
  EXPECT_EQ(by_latency[0].at("latencyMaxMs").to_number<double>(), 2000);
  EXPECT_EQ(harness.ask_locally("GET", "/api/slow-subscribers?sortBy=name").status, 400U);
}

TEST_F(ExplanationsTest, SayThatALatencyIsNotKnown) {
  auto& behind = harness.view.add_session("behind").summary;
  behind.waiting_bytes = 1000;

  EXPECT_TRUE(get("/api/slow-subscribers").at(0).at("latencyMs").is_null());
}

}  // namespace
}  // namespace sluice::admin
