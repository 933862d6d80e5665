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
    const Response made = harness.ask_locally("POST", "/api/mqtt/client/credentials",
                                              json::serialize(credentials));
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

}  // namespace
}  // namespace sluice::admin
