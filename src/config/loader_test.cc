#include "config/loader.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace sluice::config {
namespace {

std::vector<std::string> urls(const Settings& settings) {
  std::vector<std::string> result;
  for (const auto& listener : settings.listeners) result.push_back(listener.url());
  return result;
}

LoadOutcome load_environment(std::vector<EnvironmentEntry> environment) {
  Sources sources;
  sources.environment = std::move(environment);
  return load(sources);
}

TEST(GoodFile, MayBeEmpty) {
  for (const char* text : {"", "\n", "# nothing\n", "---\n", "mqtt:\n  # receive_max: 1\n"}) {
    const auto outcome = load_text(text, "test.yml");
    EXPECT_TRUE(outcome.ok()) << text;
    EXPECT_EQ(outcome.settings.mqtt.receive_max, 1000);
  }
}

TEST(GoodFile, SetsEveryKindOfKey) {
  const auto outcome = load_text(R"(
listeners:
  - mqtt://0.0.0.0
  - ws://[::1]:9001/ws
shards: 2
data_dir: "/var/lib/sluice"
log_level: debug
mqtt:
  packet_size_max: 64KiB
  keep_alive_max: 5m
  share_strategy: hash_topic
  response_information: ""
limits.queue_bytes_max: 1 GiB
auth:
  allow_anonymous: true
  block_flapping: 15:60
storage:
  durability: os
  device_retention: 2d
clients:
  application_ids: "app-[0-9]+"
)",
                                 "test.yml");

  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().to_string();
  const auto& settings = outcome.settings;
  EXPECT_EQ(urls(settings),
            (std::vector<std::string>{"mqtt://0.0.0.0:1883", "ws://[::1]:9001/ws"}));
  EXPECT_EQ(settings.shards, 2U);
  EXPECT_EQ(settings.data_dir, "/var/lib/sluice");
  EXPECT_EQ(settings.log_level, LogLevel::Debug);
  EXPECT_EQ(settings.mqtt.packet_size_max, 65'536U);
  EXPECT_EQ(settings.mqtt.keep_alive_max, std::chrono::minutes(5));
  EXPECT_TRUE(settings.auth.allow_anonymous);
  EXPECT_EQ(settings.auth.block_flapping, "15:60");
  EXPECT_EQ(settings.mqtt.share_strategy, ShareStrategy::HashTopic);
  EXPECT_EQ(settings.limits.queue_bytes_max, 1'073'741'824U);
  EXPECT_EQ(settings.storage.durability, Durability::Os);
  EXPECT_EQ(settings.storage.device_retention, std::chrono::hours(48));
  EXPECT_EQ(settings.clients.application_ids, "app-[0-9]+");
}

TEST(GoodFile, TakesOneListenerWithoutAList) {
  const auto outcome = load_text("listeners: mqtt://127.0.0.1:2000\n", "test.yml");

  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(urls(outcome.settings), std::vector<std::string>{"mqtt://127.0.0.1:2000"});
}

TEST(File, ThatIsAbsentIsAProblem) {
  const auto outcome = load_file("no/such/file.yml");

  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems.front().to_string(),
            "no/such/file.yml: cannot be read: No such file or directory");
}

TEST(File, ThatIsAFolderIsAProblem) {
  EXPECT_FALSE(load_file(".").ok());
}

TEST(File, IsReadAtMostToItsLimit) {
  EXPECT_FALSE(load_file("/dev/zero").ok());
}

TEST(File, IsNamedInProblems) {
  const std::string path = testing::TempDir() + "sluice_loader_test.yml";
  std::ofstream(path) << "shards: x\n";

  const auto outcome = load_file(path);

  std::remove(path.c_str());
  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems.front().to_string(),
            path + ":1:9: shards: expects a whole number, not 'x'");
}

TEST(Environment, KnowsTheNamesOfTbmq) {
  const auto outcome =
      load_environment({{"MQTT_MAX_IN_FLIGHT_MSGS", "50"},
                        {"NETTY_WRITE_BUFFER_HIGH_WATER_MARK", "2560"},
                        {"MQTT_TOPIC_MAX_SEGMENTS_COUNT", "0"},
                        {"MQTT_SHARED_SUBSCRIPTIONS_PROCESSING_TYPE", "ROUND_ROBIN"},
                        {"MQTT_RESPONSE_INFO", ""}});

  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().to_string();
  EXPECT_EQ(outcome.settings.mqtt.receive_max, 50);
  EXPECT_EQ(outcome.settings.limits.output_high_watermark, 2560U * 1024);
  EXPECT_EQ(outcome.settings.mqtt.topic_levels_max, 65'536U);
}

TEST(Environment, ChangesTheListenersByTbmqNames) {
  const auto outcome = load_environment({{"LISTENER_TCP_BIND_ADDRESS", "0.0.0.0"},
                                         {"LISTENER_TCP_BIND_PORT", "2883"},
                                         {"LISTENER_WS_BIND_ADDRESS", "::"},
                                         {"LISTENER_WS_ENABLED", "true"}});

  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().to_string();
  EXPECT_EQ(urls(outcome.settings),
            (std::vector<std::string>{"mqtt://0.0.0.0:2883", "ws://[::]:8084/mqtt"}));
}

TEST(Environment, SwitchesListenersOffAndOn) {
  Sources sources;
  sources.environment = {{"LISTENER_TCP_ENABLED", "false"}, {"LISTENER_WS_BIND_PORT", "9001"}};
  sources.assignments = {};

  EXPECT_EQ(urls(load(sources).settings), std::vector<std::string>{"ws://127.0.0.1:9001/mqtt"});
}

TEST(Environment, MayNotSwitchEveryListenerOff) {
  const auto outcome =
      load_environment({{"LISTENER_TCP_ENABLED", "false"}, {"LISTENER_WS_ENABLED", "false"}});

  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems.front().to_string(),
            "listeners: none is left, so no Client could connect");
}

TEST(Environment, ReportsBadValuesUnderTheirName) {
  const auto outcome =
      load_environment({{"MQTT_TOPIC_ALIAS_MAX", "70000"},
                        {"LISTENER_TCP_BIND_PORT", "0"},
                        {"NETTY_WRITE_BUFFER_LOW_WATER_MARK", "18446744073709551615"},
                        {"SLUICE_SHARDS", "two"}});

  ASSERT_EQ(outcome.problems.size(), 4U);
  EXPECT_EQ(outcome.problems[0].origin.source, "environment MQTT_TOPIC_ALIAS_MAX");
  EXPECT_EQ(outcome.problems[3].to_string(),
            "environment SLUICE_SHARDS: shards: expects a whole number, not 'two'");
}

TEST(Environment, HasAnOwnNameForEveryKeyThatBeatsTheOneOfTbmq) {
  const auto outcome = load_environment({{"SLUICE_MQTT_RECEIVE_MAX", "7"},
                                         {"MQTT_MAX_IN_FLIGHT_MSGS", "50"},
                                         {"SLUICE_LISTENERS", "mqtt://[::]:1883, ws://0.0.0.0"}});

  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.settings.mqtt.receive_max, 7);
  EXPECT_EQ(urls(outcome.settings),
            (std::vector<std::string>{"mqtt://[::]:1883", "ws://0.0.0.0:8084/mqtt"}));
}

TEST(Environment, NotesNamesWithoutEffect) {
  const auto outcome = load_environment({{"TB_KAFKA_SERVERS", "kafka:9092"},
                                         {"REDIS_HOST", "redis"},
                                         {"SLUICE_MQTT_RECIEVE_MAX", "7"},
                                         {"SLUICE_SERVICE_HOST", "10.0.0.1"},
                                         {"PATH", "/bin"}});

  EXPECT_TRUE(outcome.ok());
  const std::vector<std::string> expected{
      "ignored: unknown environment name SLUICE_MQTT_RECIEVE_MAX (did you mean "
      "'SLUICE_MQTT_RECEIVE_MAX'?)",
      "ignored: unknown environment name SLUICE_SERVICE_HOST",
      "ignored: environment names of TBMQ: REDIS_HOST, TB_KAFKA_SERVERS"};
  EXPECT_EQ(outcome.notices, expected);
}

TEST(Sources, OverrideEachOther) {
  const std::string path = testing::TempDir() + "sluice_sources_test.yml";
  std::ofstream(path) << "mqtt:\n  receive_max: 1\n  in_flight_max: 1\n  topic_alias_max: 1\n";
  Sources sources;
  sources.file = path;
  sources.environment = {{"SLUICE_MQTT_IN_FLIGHT_MAX", "2"}, {"MQTT_TOPIC_ALIAS_MAX", "2"}};
  sources.assignments = {parse_assignment("mqtt.topic_alias_max=3")};

  const auto outcome = load(sources);

  std::remove(path.c_str());
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.settings.mqtt.receive_max, 1);
  EXPECT_EQ(outcome.settings.mqtt.in_flight_max, 2);
  EXPECT_EQ(outcome.settings.mqtt.topic_alias_max, 3);
}

TEST(Sources, MayTakeBackATextThatAWeakerOneGave) {
  Sources sources;
  sources.environment = {{"SLUICE_TLS_CLIENT_CA", "/etc/ca.pem"}, {"SLUICE_ADMIN_REQUESTS", "9:1"}};
  sources.assignments = {parse_assignment("tls.client_ca="), parse_assignment("admin.requests=")};

  const auto outcome = load(sources);

  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().to_string();
  EXPECT_EQ(outcome.settings.tls.client_ca, "");
  EXPECT_EQ(outcome.settings.admin.requests, "");
}

TEST(Sources, AreKeptForEachKeyWithoutSecrets) {
  const std::string path = testing::TempDir() + "sluice_origins_test.yml";
  std::ofstream(path)
      << "mqtt:\n  receive_max: 1\nlisteners:\n  - mqtt://[::1]:1\n  - ws://[::1]:2\n";
  Sources sources;
  sources.file = path;
  sources.environment = {{"MQTT_TOPIC_ALIAS_MAX", "2"}};
  sources.assignments = {parse_assignment("tls.key_password=open sesame")};

  const auto outcome = load(sources);

  std::remove(path.c_str());
  const auto origin = [&](const char* key) { return outcome.origins.at(key).to_string(); };
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(origin("mqtt.receive_max"), path + ":2:16");
  EXPECT_EQ(origin("mqtt.topic_alias_max"), "environment MQTT_TOPIC_ALIAS_MAX");
  EXPECT_EQ(origin("tls.key_password"), "--set tls.key_password");
  EXPECT_EQ(origin("listeners"), path + ":4:5, " + path + ":5:5");
  EXPECT_FALSE(outcome.origins.contains("shards"));
}

TEST(Sources, AreCheckedAgainstEachOtherAfterTheLastOne) {
  Sources sources;
  sources.environment = {{"SLUICE_LIMITS_OUTPUT_LOW_WATERMARK", "2MiB"}};
  sources.assignments = {parse_assignment("limits.output_high_watermark=4MiB")};

  EXPECT_TRUE(load(sources).ok());
}

class Folder : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(path_ + "/conf.d"); }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path_ + "/" + name) << text;
    return path_ + "/" + name;
  }

  const std::string path_ = testing::TempDir() + "sluice_loader_folder";
};

TEST_F(Folder, BesideTheFileOverridesItByName) {
  Sources sources;
  sources.file = write("sluice.yml", "shards: 1\nmqtt.receive_max: 1\nmqtt.in_flight_max: 1\n");
  write("conf.d/20-b.yml", "mqtt:\n  receive_max: 3\n");
  write("conf.d/10-a.yml", "mqtt:\n  receive_max: 2\n  in_flight_max: 2\n");
  write("conf.d/notes.txt", "shards: 9\n");

  const auto outcome = load(sources);

  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().to_string();
  EXPECT_EQ(outcome.settings.shards, 1U);
  EXPECT_EQ(outcome.settings.mqtt.receive_max, 3);
  EXPECT_EQ(outcome.settings.mqtt.in_flight_max, 2);
  EXPECT_EQ(outcome.origins.at("mqtt.receive_max").to_string(), path_ + "/conf.d/20-b.yml:2:16");
}

TEST_F(Folder, BesideTheFileIsCheckedToo) {
  Sources sources;
  sources.file = write("sluice.yml", "shards: 1\n");
  write("conf.d/a.yml", "\nshard: 2\n");

  const auto outcome = load(sources);

  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems.front().to_string(),
            path_ + "/conf.d/a.yml:2:1: unknown key 'shard' (did you mean 'shards'?)");
}

TEST_F(Folder, HoldsSecretsThatTheEnvironmentNames) {
  const std::string secret = write("secret", "open sesame\n");
  const auto outcome =
      load_environment({{"LISTENER_SSL_PEM_KEY_PASSWORD_FILE", secret},
                        {"SLUICE_MQTT_RESPONSE_INFORMATION_FILE", write("info", "a\r\n")}});

  ASSERT_TRUE(outcome.ok()) << outcome.problems.front().to_string();
  EXPECT_EQ(outcome.settings.tls.key_password, "open sesame");
  EXPECT_EQ(outcome.settings.mqtt.response_information, "a");
  EXPECT_EQ(outcome.origins.at("tls.key_password").to_string(),
            "environment LISTENER_SSL_PEM_KEY_PASSWORD_FILE");
  EXPECT_TRUE(outcome.notices.empty());
}

TEST_F(Folder, OfSecretsIsToldApartFromTheirValues) {
  const auto outcome = load_environment(
      {{"SLUICE_TLS_KEY_PASSWORD_FILE", path_ + "/none"},
       {"SLUICE_TLS_CIPHERS", "A"},
       {"SLUICE_TLS_CIPHERS_FILE", write("ciphers", "B")},
       {"SLUICE_TLS_CLIENT_CA_FILE", write("large", std::string(64 * 1024 + 1, 'x'))}});

  ASSERT_EQ(outcome.problems.size(), 3U);
  EXPECT_EQ(outcome.problems[0].to_string(),
            "environment SLUICE_TLS_KEY_PASSWORD_FILE: " + path_ +
                "/none: cannot be read: No such file or directory");
  EXPECT_NE(outcome.problems[1].to_string().find("larger than 64KiB"), std::string::npos);
  EXPECT_NE(outcome.problems[2].to_string().find("only one of them counts"), std::string::npos);
}

TEST(Assignment, SplitsAtTheFirstEqualsSign) {
  const auto assignment = parse_assignment("mqtt.response_information = a=b");

  EXPECT_EQ(assignment.key, "mqtt.response_information");
  EXPECT_EQ(assignment.value, "a=b");
}

TEST(Assignment, WithAWrongKeyOrValueIsAProblemWithAHint) {
  Sources sources;
  sources.assignments = {parse_assignment("mqtt.recieve_max=1"), parse_assignment("shards")};

  const auto outcome = load(sources);

  ASSERT_EQ(outcome.problems.size(), 2U);
  EXPECT_EQ(outcome.problems[0].to_string(),
            "--set mqtt.recieve_max=1: unknown key 'mqtt.recieve_max' (did you mean "
            "'mqtt.receive_max'?)");
  EXPECT_EQ(outcome.problems[1].to_string(),
            "--set shards: shards: expects a whole number, not ''");
}

}  // namespace
}  // namespace sluice::config
