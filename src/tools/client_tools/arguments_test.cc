#include "tools/client_tools/arguments.h"

#include <gtest/gtest.h>

namespace sluice::tools {
namespace {

Result<Arguments> parse(ClientTool tool, std::vector<std::string> words) {
  words.insert(words.begin(), "tool");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parse_arguments(tool, static_cast<int>(words.size()), argv.data());
}

std::string pub_error(std::vector<std::string> words) {
  const auto arguments = parse(ClientTool::Pub, std::move(words));
  return arguments ? "" : arguments.error().what;
}

TEST(ToolArguments, TakeMosquittosFlags) {
  const auto arguments =
      parse(ClientTool::Pub,
            {"-h", "broker", "-p",    "1884", "-t",           "a/b", "-q",         "2",
             "-r", "-m",     "[1,2]", "-V",   "mqttv5",       "-D",  "publish",    "user-property",
             "k",  "v",      "-i",    "me",   "--will-topic", "w",   "--will-qos", "1",
             "-u", "user",   "-P",    "pass"});

  ASSERT_TRUE(arguments) << arguments.error().what;
  EXPECT_EQ(arguments->endpoint.host, "broker");
  EXPECT_EQ(arguments->endpoint.port, 1884);
  EXPECT_EQ(arguments->topics, std::vector<std::string>{"a/b"});
  EXPECT_EQ(arguments->qos, mqtt::Qos::ExactlyOnce);
  EXPECT_TRUE(arguments->retain);
  EXPECT_EQ(arguments->payload, "[1,2]");
  EXPECT_EQ(arguments->version, mqtt::Version::V5);
  EXPECT_EQ(arguments->client_id, "me");
  EXPECT_EQ(arguments->will.topic, "w");
  std::string section;
  EXPECT_FALSE(arguments->properties.of_message("publish", section).forwarded.empty());
}

TEST(ToolArguments, TakeValuesThatLookLikeFlagsAndEmptyOnes) {
  EXPECT_EQ(parse(ClientTool::Pub, {"-t", "a", "-m", "-5"})->payload, "-5");
  EXPECT_EQ(parse(ClientTool::Pub, {"-t", "a", "-m", ""})->payload, "");
}

TEST(ToolArguments, KeepASessionForeverUnlessTold) {
  const auto forever = parse(ClientTool::Sub, {"-t", "a", "-c", "-i", "me", "-V", "5"});
  const auto minute = parse(ClientTool::Sub, {"-t", "a", "-c", "-i", "me", "-V", "5", "-x", "60"});

  EXPECT_EQ(forever->properties.of("connect").session_expiry_interval, mqtt::kSessionNeverExpires);
  EXPECT_EQ(minute->properties.of("connect").session_expiry_interval, 60U);
}

TEST(ToolArguments, RefuseWhatCannotBeSentNamingTheFlag) {
  EXPECT_EQ(pub_error({"-t", "a/+", "-m", "x"}), "'a/+' is not a topic to publish to");
  EXPECT_EQ(pub_error({"-t", "a"}), "one of -m, -f, -l, -s and -n is needed");
  EXPECT_EQ(pub_error({"-t", "a", "-n", "-m", "x"}),
            "only one of -m, -f, -l, -s and -n can be given");
  EXPECT_EQ(pub_error({"-t", "a", "-n", "-q", "3"}), "-q: '3' is not a number from 0 to 2");
  EXPECT_EQ(pub_error({"-t", "a", "-n", "-p", "0"}), "-p: '0' is not a number from 1 to 65535");
  EXPECT_EQ(pub_error({"-t", "a", "-n", "--bogus"}), "unknown option '--bogus'");
  EXPECT_EQ(pub_error({"-t", "a", "-n", "-c"}), "-c needs a client identifier, -i or -I");
  EXPECT_EQ(pub_error({"-t", "a", "-n", "-D", "publish", "user-property", "k"}),
            "-D publish user-property needs a value");
  EXPECT_EQ(pub_error({"-t", "a", "-n", "-D", "will", "topic-alias", "1"}),
            "-D: the property topic-alias cannot be set for 'will'");
}

TEST(ToolArguments, RefuseFiltersThatNoBrokerTakes) {
  EXPECT_FALSE(parse(ClientTool::Sub, {"-t", "a/#/b"}));
  EXPECT_FALSE(parse(ClientTool::Sub, {"-t", "$share//a"}));
  EXPECT_TRUE(parse(ClientTool::Sub, {"-t", "$share/g/a/#", "-t", "+/b"}));
}

}  // namespace
}  // namespace sluice::tools
