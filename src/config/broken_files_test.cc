#include <gtest/gtest.h>

#include "config/loader.h"

namespace sluice::config {
namespace {

struct Broken {
  std::string text;
  int line;
  int column;
  std::string message;  // a part of it
  std::string suggestion;
};

const std::vector<Broken>& broken_files() {
  static const std::vector<Broken> files{
      // Names.
      {"shard: 2\n", 1, 1, "unknown key 'shard'", "shards"},
      {"shards: 2\n\nlog_levle: info\n", 3, 1, "unknown key 'log_levle'", "log_level"},
      {"mqtt:\n  recieve_max: 10\n", 2, 3, "unknown key 'mqtt.recieve_max'", "mqtt.receive_max"},
      {"mqtt.max_packet_size: 1MiB\n", 1, 1, "unknown key", "mqtt.packet_size_max"},
      {"receive_max: 10\n", 1, 1, "unknown key 'receive_max'", "mqtt.receive_max"},
      {"mqttt:\n  receive_max: 10\n", 1, 1, "unknown key 'mqttt'", "mqtt"},
      {"mqtt:\n  limits:\n    sessions_max: 1\n", 2, 3, "unknown key 'mqtt.limits'", "limits"},
      {"limits: {queue_byte_max: 1MiB}\n", 1, 10, "unknown key", "limits.queue_bytes_max"},
      {"persistence_location: /x\n", 1, 1, "unknown key 'persistence_location'", ""},
      {"<<: {shards: 1}\n", 1, 1, "unknown key '<<'", ""},
      {"? [a, b]\n: 1\n", 1, 3, "a plain word as key", ""},
      // Given twice.
      {"shards: 1\nshards: 2\n", 2, 1, "given twice, first in line 1", ""},
      {"mqtt:\n  receive_max: 1\nmqtt.receive_max: 2\n", 3, 1, "first in line 2", ""},
      // Types.
      {"shards: many\n", 1, 9, "expects a whole number, not 'many'", ""},
      {"shards: 1.5\n", 1, 9, "expects a whole number", ""},
      {"shards: -1\n", 1, 9, "expects a whole number", ""},
      {"shards: [1, 2]\n", 1, 1, "one value, not a list", ""},
      {"shards: {a: 1}\n", 1, 1, "a value, not keys below it", ""},
      {"shards:\n", 1, 1, "the value is missing", ""},
      {"data_dir: \"\"\n", 1, 11, "expects a text", ""},
      {"mqtt: 5\n", 1, 1, "'mqtt' is a section", ""},
      {"auth:\n  allow_anonymous: yes\n", 2, 20, "expects true or false", "true"},
      {"mqtt:\n  retain_available: off\n", 2, 21, "expects true or false", "false"},
      {"log_level: warn\n", 1, 12, "debug, info, warning, error or off", "warning"},
      {"mqtt:\n  share_strategy: roundrobin\n", 2, 19, "expects round_robin", "round_robin"},
      {"storage:\n  durability: sync\n", 2, 15, "expects fsync, os or memory", "fsync"},
      {"clients:\n  default_type: app\n", 2, 17, "expects device or application", "application"},
      {"clients:\n  application_ids: 'app-('\n", 2, 20,
       "clients.application_ids: expects a regular expression, not 'app-(': missing )", ""},
      // Units.
      {"mqtt:\n  packet_size_max: 64KB\n", 2, 20, "unknown unit 'KB'", "64KiB"},
      {"mqtt:\n  connect_timeout: 5 sec\n", 2, 20, "unknown unit 'sec'", "5s"},
      {"mqtt:\n  keep_alive_max: 500ms\n", 2, 19, "unknown unit 'ms'", ""},
      {"mqtt:\n  receive_max: 1KiB\n", 2, 16, "expects a whole number", ""},
      // Ranges.
      {"shards: 100000\n", 1, 9, "shards: 100000 is out of range, allowed are 0 to 256", ""},
      {"mqtt:\n  maximum_qos: 3\n", 2, 16, "allowed are 0 to 2", ""},
      {"mqtt:\n  receive_max: 0\n", 2, 16, "allowed are 1 to 65535", ""},
      {"mqtt:\n  packet_size_max: 257MiB\n", 2, 20, "allowed are 16 to 256MiB", ""},
      {"mqtt:\n  session_expiry_max: 4294967296\n", 2, 23, "out of range", ""},
      {"mqtt:\n  connect_timeout: 99999999999999999999\n", 2, 20, "is too large", ""},
      // Keys against each other.
      {"limits:\n  output_high_watermark: 1MiB\n  output_low_watermark: 2MiB\n", 3, 25,
       "(2MiB) must be less than limits.output_high_watermark (1MiB)", ""},
      {"limits:\n  output_high_watermark: 64KiB\n", 2, 26, "must be less than", ""},
      {"listeners:\n  - mqtt://0.0.0.0:1883\n  - ws://0.0.0.0:1883\n", 3, 5,
       "wants the same address as mqtt://0.0.0.0:1883", ""},
      // Listeners.
      {"listeners: []\n", 1, 1, "the list is empty", ""},
      {"listeners:\n  - tcp://0.0.0.0:1883\n", 2, 5, "unknown scheme 'tcp'", "mqtt://0.0.0.0:1883"},
      {"listeners:\n  - mqtt://0.0.0.0\n  - 8084\n", 3, 5, "a listener is a URL",
       "mqtt://127.0.0.1:8084"},
      {"listeners: mqtt://0.0.0.0:70000\n", 1, 12, "a port is 1 to 65535", ""},
      {"listeners:\n  - mqtt://0.0.0.0:0\n", 2, 5, "a port is 1 to 65535", ""},
      {"listeners:\n  - mqtts://0.0.0.0\n", 2, 5, "has no certificate", ""},
      {"listeners:\n  - {host: a}\n", 2, 5, "plain values in its list", ""},
      // YAML.
      {"shards: [1\nlog_level: info\n", 2, 10, "not valid YAML", ""},
      {"shards: 1\n\tlog_level: info\n", 2, 1, "not valid YAML", ""},
      {"data_dir: \"x\nlog_level: info\n", 2, 16, "not valid YAML", ""},
      {"data_dir: 'x\n\n", 1, 13, "not valid YAML", ""},
      {"just words\n", 1, 1, "expects 'key: value' lines", ""},
      {"- shards\n", 1, 1, "expects 'key: value' lines", ""},
      {"shards: 1\n---\nshards: 2\n", 2, 1, "a second document", ""},
      {",ju]", 1, 1, "not valid YAML", ""},
      {"- a\nb: 1\n", 2, 1, "not valid YAML: this does not continue", ""},
      {"mqtt: &m\n  m: *m\n", 2, 3, "unknown key 'mqtt.m'", ""},
      {"data_dir: *missing\n", 1, 11, "not valid YAML", ""},
  };
  return files;
}

TEST(BrokenFile, IsRefusedAtThePlaceOfTheMistakeWithAHint) {
  for (const auto& broken : broken_files()) {
    const auto outcome = load_text(broken.text, "test.yml");

    ASSERT_EQ(outcome.problems.size(), 1U) << broken.text;
    const auto& problem = outcome.problems.front();
    EXPECT_EQ(problem.origin.source, "test.yml");
    EXPECT_EQ(problem.origin.line, broken.line) << broken.text << problem.to_string();
    EXPECT_EQ(problem.origin.column, broken.column) << broken.text << problem.to_string();
    EXPECT_NE(problem.complaint.message.find(broken.message), std::string::npos)
        << broken.text << problem.to_string();
    EXPECT_EQ(problem.complaint.suggestion, broken.suggestion) << problem.to_string();
  }
}

TEST(BrokenFile, ShowsEveryProblemAtOnce) {
  const auto outcome = load_text("shard: 1\nlog_level: loud\nmqtt:\n  receive_max: 0\n", "a.yml");

  ASSERT_EQ(outcome.problems.size(), 3U);
  EXPECT_EQ(outcome.problems[0].to_string(),
            "a.yml:1:1: unknown key 'shard' (did you mean 'shards'?)");
  EXPECT_EQ(outcome.problems[2].to_string(),
            "a.yml:4:16: mqtt.receive_max: 0 is out of range, allowed are 1 to 65535");
}

TEST(BrokenFile, MayBeAnyBytes) {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);

  EXPECT_FALSE(load_text(bytes, "x").ok());
  EXPECT_FALSE(load_text(std::string(100'000, '['), "x").ok());
  EXPECT_FALSE(load_text(std::string(1000, '\0'), "x").ok());
}

}  // namespace
}  // namespace sluice::config
