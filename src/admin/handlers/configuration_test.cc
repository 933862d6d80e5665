#include <gtest/gtest.h>

#include "admin/testing/harness.h"

namespace sluice::admin {
namespace {

using testing::Harness;
namespace json = boost::json;

class ConfigurationHandlers : public ::testing::Test {
 protected:
  json::value get(const std::string& target) {
    const Response answer = harness.ask_locally("GET", target);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    return json::parse(answer.body);
  }
  json::object last_audit_row() {
    return get("/api/audit?page=0&pageSize=1&sortProperty=createdTime&sortOrder=DESC")
        .at("data")
        .at(0)
        .as_object();
  }

  Harness harness;
};

TEST_F(ConfigurationHandlers, ShowTheKeysThatBeginLikeThePrefix) {
  harness.configuration.entries = {{"mqtt.receive_max", "10", "1000", "a.yml:1:1", "Help", false},
                                   {"shards", "2", "0", "--shards 2", "Threads", true}};

  EXPECT_EQ(get("/api/configuration").as_array().size(), 2U);
  const auto chosen = get("/api/configuration?prefix=mqtt.");

  ASSERT_EQ(chosen.as_array().size(), 1U);
  EXPECT_EQ(chosen.at(0), (json::object{{"key", "mqtt.receive_max"},
                                        {"value", "10"},
                                        {"defaultValue", "1000"},
                                        {"origin", "a.yml:1:1"},
                                        {"help", "Help"},
                                        {"needsRestart", false}}));
}

TEST_F(ConfigurationHandlers, CompareOrSayWhatIsWrong) {
  harness.configuration.differences = {{"shards", "2", "3", true}};
  const auto differences = get("/api/configuration/diff");
  EXPECT_EQ(differences.at(0).at("loaded").as_string(), "3");

  harness.configuration.problem = "a.yml:1:1: unknown key 'shard'";
  const Response wrong = harness.ask_locally("GET", "/api/configuration/diff");
  EXPECT_EQ(wrong.status, 400U);
  EXPECT_EQ(Harness::text(wrong, "message"), "a.yml:1:1: unknown key 'shard'");
}

TEST_F(ConfigurationHandlers, ReloadWithARowInTheAuditLog) {
  harness.configuration.report = {{}, {"log_level"}, {"shards"}, 90};

  const Response answer = harness.ask_locally("POST", "/api/configuration/reload");

  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(json::parse(answer.body),
            json::parse(R"({"applied":["log_level"],"needsRestart":["shards"],"unchanged":90})"));
  EXPECT_EQ(last_audit_row().at("actionType").as_string(), "RELOAD");
  EXPECT_EQ(last_audit_row().at("result").as_string(), "SUCCESS");
}

TEST_F(ConfigurationHandlers, ReloadOfWrongFilesIsRefusedAndLogged) {
  harness.configuration.report = {{"a.yml:1:1: no", "a.yml:2:1: no"}, {}, {}, 0};

  const Response answer = harness.ask_locally("POST", "/api/configuration/reload");

  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(Harness::text(answer, "message"), "a.yml:1:1: no\na.yml:2:1: no");
  EXPECT_EQ(last_audit_row().at("result").as_string(), "FAILURE");
}

TEST_F(ConfigurationHandlers, SetALogLevelThatThereIs) {
  EXPECT_EQ(
      harness.ask_locally("POST", "/api/configuration/logLevel", R"({"level":"debug"})").status,
      200U);
  EXPECT_EQ(harness.configuration.log_level, "debug");
  EXPECT_EQ(last_audit_row().at("actionType").as_string(), "LOG_LEVEL");
  EXPECT_EQ(
      harness.ask_locally("POST", "/api/configuration/logLevel", R"({"level":"loud"})").status,
      400U);
  EXPECT_EQ(harness.ask_locally("POST", "/api/configuration/logLevel", "{}").status, 400U);
}

}  // namespace
}  // namespace sluice::admin
