#include "tools/bench/options.h"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::tools::bench {
namespace {

Result<Options> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "bench");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

TEST(BenchOptions, TakesVersionAndQosOfTheScenarioUnlessGiven) {
  const auto durable = parse({"durable"});
  const auto fanout = parse({"fanout"});
  const auto given = parse({"durable", "--qos", "2"});

  ASSERT_TRUE(durable && fanout && given);
  EXPECT_EQ(durable->version, mqtt::Version::V5);
  EXPECT_EQ(durable->qos, mqtt::Qos::AtLeastOnce);
  EXPECT_EQ(fanout->version, mqtt::Version::V311);
  EXPECT_EQ(fanout->qos, mqtt::Qos::AtMostOnce);
  EXPECT_EQ(given->qos, mqtt::Qos::ExactlyOnce);
}

TEST(BenchOptions, RefusesADurableRunThatKeepsNothing) {
  EXPECT_FALSE(parse({"durable", "--qos", "0"}));
  EXPECT_FALSE(parse({"durable", "--version", "4"}));
}

TEST(BenchOptions, RefusesReconnectsWhereAMessageMayNotComeTwice) {
  EXPECT_TRUE(parse({"durable", "--reconnects", "3"}));
  EXPECT_FALSE(parse({"durable", "--reconnects", "3", "--qos", "2"}));
}

TEST(BenchOptions, DrainsOnlyWhatCanBeNamed) {
  EXPECT_FALSE(parse({"durable", "--phase", "drain"}));
  EXPECT_FALSE(parse({"durable", "--phase", "drain", "--messages", "10"}));

  const auto named = parse({"durable", "--phase", "drain", "--messages", "10", "--run", "7"});

  ASSERT_TRUE(named);
  EXPECT_EQ(named->phase, Phase::Drain);
  EXPECT_EQ(named->run, 7U);
}

TEST(BenchOptions, RefusesABatchThatTheWindowNeverAllows) {
  EXPECT_FALSE(parse({"p2p", "--window", "4", "--batch", "5"}));
}

}  // namespace
}  // namespace sluice::tools::bench
