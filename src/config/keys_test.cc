#include "config/keys.h"

#include <gtest/gtest.h>

#include <set>

#include "config/nearest.h"
#include "config/tbmq_names.h"

namespace sluice::config {
namespace {

TEST(Keys, HaveDistinctNames) {
  std::set<std::string_view> names;
  for (const Key& key : all_keys()) EXPECT_TRUE(names.insert(key.name).second) << key.name;
}

TEST(Keys, HoldTheirWholeRange) {
  for (const Key& key : all_keys()) {
    if (key.set == nullptr) continue;
    Settings settings;
    key.set(settings, key.max);
    EXPECT_EQ(key.get(settings), key.max) << key.name;
    key.set(settings, key.min);
    EXPECT_EQ(key.get(settings), key.min) << key.name;
  }
}

TEST(Keys, HaveDefaultsWithinTheirRange) {
  const Settings defaults;
  for (const Key& key : all_keys()) {
    if (key.get == nullptr) continue;
    EXPECT_GE(key.get(defaults), key.min) << key.name;
    EXPECT_LE(key.get(defaults), key.max) << key.name;
  }
}

TEST(Keys, AreSpelledAfterTheMembersOfSettings) {
  EXPECT_NE(find_key("mqtt.receive_max"), nullptr);
  EXPECT_EQ(find_key("mqtt.receive_maximum"), nullptr);
  EXPECT_EQ(find_key("mqtt"), nullptr);
  EXPECT_TRUE(is_section("mqtt"));
  EXPECT_TRUE(is_section("limits"));
  EXPECT_FALSE(is_section("listeners"));
}

TEST(Keys, ShowValuesAsAnOperatorWritesThem) {
  const Settings defaults;
  const auto shown = [&](const char* key) { return value_text(*find_key(key), defaults); };

  EXPECT_EQ(shown("mqtt.packet_size_max"), "2MiB");
  EXPECT_EQ(shown("mqtt.keep_alive_max"), "10m");
  EXPECT_EQ(shown("auth.allow_anonymous"), "false");
  EXPECT_EQ(shown("mqtt.share_strategy"), "round_robin");
  EXPECT_EQ(shown("data_dir"), "sluice-data");
  EXPECT_EQ(shown("listeners"), "mqtt://127.0.0.1:1883, ws://127.0.0.1:8084/mqtt");
}

TEST(Keys, OfTbmqAreEitherUsedOrIgnored) {
  const auto ignored = ignored_tbmq_names();
  EXPECT_TRUE(std::is_sorted(ignored.begin(), ignored.end()));
  for (const Key& key : all_keys()) {
    EXPECT_FALSE(std::binary_search(ignored.begin(), ignored.end(), key.tbmq.name)) << key.name;
  }
}

TEST(EditDistance, CountsSingleChanges) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(NearestKey, FindsWhatWasMeant) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"mqtt.recieve_max", "mqtt.receive_max"},
      {"mqtt.receive-max", "mqtt.receive_max"},
      {"mqtt.Receive_Max", "mqtt.receive_max"},
      {"mqtt.max_packet_size", "mqtt.packet_size_max"},
      {"mqtt.receive_maximum", "mqtt.receive_max"},
      {"packet_size_max", "mqtt.packet_size_max"},
      {"mqtt.queue_bytes_max", "limits.queue_bytes_max"},
      {"listener", "listeners"},
      {"loglevel", "log_level"},
      {"datadir", "data_dir"},
      {"completely_unrelated_words", ""},
      {"", ""},
  };
  for (const auto& [wrong, meant] : cases) EXPECT_EQ(nearest_key(wrong), meant) << wrong;
}

TEST(NearestKey, BoundsItsWorkForAbsurdKeys) {
  EXPECT_EQ(nearest_key(std::string(1'000'000, 'x')), "");
}

TEST(Value, CanBeComparedAndCopiedForEveryKey) {
  Settings changed;
  changed.listeners = {{Scheme::Mqtt, "::1", 1}};
  for (const Key& key : all_keys()) {
    if (key.text != nullptr) key.text(changed) += "x";
    if (key.get != nullptr) key.set(changed, key.get(changed) == key.min ? key.max : key.min);
  }
  for (const Key& key : all_keys()) {
    Settings settings;
    EXPECT_FALSE(is_same(key, settings, changed)) << key.name;
    copy_value(key, changed, settings);
    EXPECT_TRUE(is_same(key, settings, changed)) << key.name;
  }
}

}  // namespace
}  // namespace sluice::config
