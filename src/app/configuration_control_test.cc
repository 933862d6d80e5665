#include "app/configuration_control.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/log.h"

namespace sluice::app {
namespace {

class ConfigurationControlTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    log::set_level(log::Level::Info);
  }

  void write(const std::string& text) { std::ofstream(path_) << text; }

  /// Started with this file.
  ConfigurationControl started(const std::string& text) {
    write(text);
    config::Sources sources;
    sources.file = path_;
    sources.environment = {{"SLUICE_TLS_KEY_PASSWORD", "open sesame"}};
    auto loaded = config::load(sources);
    EXPECT_TRUE(loaded.ok());
    return {sources, std::move(loaded), [this](const config::Settings& settings) -> Result<void> {
              if (refuses_) return failure("a shard does not answer");
              applied_.push_back(settings);
              return {};
            }};
  }

  static admin::ConfigurationEntry entry(ConfigurationControl& control, const std::string& key) {
    const auto entries = control.show();
    return *std::ranges::find(entries, key, &admin::ConfigurationEntry::key);
  }

  const std::string folder_ = testing::TempDir() + "sluice_configuration_control";
  const std::string path_ = folder_ + "/sluice.yml";
  std::vector<config::Settings> applied_;
  bool refuses_ = false;
};

using Names = std::vector<std::string>;

TEST_F(ConfigurationControlTest, ShowsValuesWithWhereTheyCameFrom) {
  auto control = started("mqtt:\n  receive_max: 10\n");

  EXPECT_EQ(entry(control, "mqtt.receive_max").value, "10");
  EXPECT_EQ(entry(control, "mqtt.receive_max").default_value, "1000");
  EXPECT_EQ(entry(control, "mqtt.receive_max").origin, path_ + ":2:16");
  EXPECT_EQ(entry(control, "tls.key_password").value, "***");
  EXPECT_EQ(entry(control, "shards").origin, "default");
  EXPECT_TRUE(entry(control, "shards").needs_restart);
}

TEST_F(ConfigurationControlTest, AppliesWhatIsLiveAndNamesTheRest) {
  auto control = started("mqtt:\n  receive_max: 10\n");
  write("mqtt:\n  receive_max: 20\nshards: 3\n");

  const auto report = control.reload();

  EXPECT_TRUE(report.problems.empty());
  EXPECT_EQ(report.applied, Names{"mqtt.receive_max"});
  EXPECT_EQ(report.needs_restart, Names{"shards"});
  EXPECT_EQ(report.unchanged + 2, config::all_keys().size());
  ASSERT_EQ(applied_.size(), 1U);
  EXPECT_EQ(applied_.front().mqtt.receive_max, 20);
  EXPECT_EQ(applied_.front().shards, 0U);
  EXPECT_EQ(entry(control, "mqtt.receive_max").value, "20");
  EXPECT_EQ(entry(control, "shards").value, "0");
  EXPECT_EQ(control.compare()->size(), 1U);  // shards
}

TEST_F(ConfigurationControlTest, ChangesNothingWhenSomethingIsWrong) {
  auto control = started("mqtt:\n  receive_max: 10\n");
  write("mqtt:\n  receive_max: 20\n  maximum_qos: 3\n");

  const auto report = control.reload();

  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_TRUE(report.problems.front().starts_with(path_ + ":3:16: mqtt.maximum_qos"));
  EXPECT_TRUE(report.applied.empty());
  EXPECT_TRUE(applied_.empty());
  EXPECT_EQ(entry(control, "mqtt.receive_max").value, "10");
  EXPECT_FALSE(control.compare());
}

TEST_F(ConfigurationControlTest, KeepsTheOldOneWhenItCannotBeApplied) {
  auto control = started("");
  write("mqtt:\n  receive_max: 20\n");
  refuses_ = true;

  EXPECT_EQ(control.reload().problems, Names{"a shard does not answer"});
  EXPECT_EQ(entry(control, "mqtt.receive_max").value, "1000");
}

TEST_F(ConfigurationControlTest, ComparesSecretsWithoutShowingThem) {
  auto control = started("");
  write("tls:\n  key_password: other\nmqtt:\n  receive_max: 20\n");

  const auto differences = *control.compare();

  ASSERT_EQ(differences.size(), 1U);  // the environment goes before the file
  EXPECT_EQ(differences.front().key, "mqtt.receive_max");
  EXPECT_EQ(differences.front().running, "1000");
  EXPECT_EQ(differences.front().loaded, "20");
  EXPECT_FALSE(differences.front().needs_restart);
}

TEST_F(ConfigurationControlTest, KeepsALevelSetByHandUntilTheFileSaysAnother) {
  auto control = started("log_level: warning\n");
  ASSERT_TRUE(control.set_log_level("debug"));
  EXPECT_TRUE(log::is_enabled(log::Level::Debug));

  EXPECT_TRUE(control.reload().applied.empty());
  EXPECT_EQ(entry(control, "log_level").value, "debug");
  EXPECT_EQ(entry(control, "log_level").origin, "POST /api/configuration/logLevel");

  write("log_level: error\n");
  EXPECT_EQ(control.reload().applied, Names{"log_level"});
  EXPECT_EQ(entry(control, "log_level").value, "error");
  EXPECT_FALSE(control.set_log_level("loud"));
}

}  // namespace
}  // namespace sluice::app
