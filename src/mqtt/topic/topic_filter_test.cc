#include "mqtt/topic/topic_filter.h"

#include <gtest/gtest.h>

#include <string>

#include "mqtt/topic/levels.h"

namespace sluice::mqtt {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kLevels = 128;

TEST(TopicName, AcceptsAnyTextWithoutWildcards) {
  for (const ByteView topic :
       {"a"sv, "/"sv, "/a"sv, "a/"sv, "a//b"sv, "$SYS/x"sv, " "sv, "Accounts payable"sv,
        "sport/tennis/player1"sv, "\xC3\xA9/\xE6\xB0\xB4"sv}) {
    EXPECT_TRUE(is_valid_topic_name(topic, kLevels)) << topic;
  }
}

TEST(TopicName, RefusesWildcardsAnywhere) {
  for (const ByteView topic : {"#"sv, "+"sv, "a/#"sv, "a/+/b"sv, "a+"sv, "a#b"sv}) {
    EXPECT_FALSE(is_valid_topic_name(topic, kLevels)) << topic;
  }
}

TEST(TopicName, RefusesEmptyAndNull) {
  EXPECT_FALSE(is_valid_topic_name("", kLevels));
  EXPECT_FALSE(is_valid_topic_name("a\0b"sv, kLevels));
}

TEST(TopicName, HoldsAtMost65535Bytes) {
  EXPECT_TRUE(is_valid_topic_name(std::string(65'535, 'a'), kLevels));
  EXPECT_FALSE(is_valid_topic_name(std::string(65'536, 'a'), kLevels));
}

TEST(TopicName, HoldsAtMostTheConfiguredLevels) {
  EXPECT_TRUE(is_valid_topic_name("a/b/c", 3));
  EXPECT_FALSE(is_valid_topic_name("a/b/c", 2));
  EXPECT_FALSE(is_valid_topic_name("a/b/", 2));
  EXPECT_TRUE(is_valid_topic_name(std::string(65'535, '/'), 65'536));
}

TEST(TopicFilter, HashIsAloneOrBehindASeparatorAndLast) {
  for (const ByteView filter : {"#"sv, "/#"sv, "sport/tennis/player1/#"sv, "sport/tennis/#"sv}) {
    EXPECT_TRUE(is_valid_topic_filter(filter, kLevels)) << filter;
  }
  for (const ByteView filter :
       {"sport/tennis#"sv, "sport/tennis/#/ranking"sv, "##"sv, "#/"sv, "a/##"sv}) {
    EXPECT_FALSE(is_valid_topic_filter(filter, kLevels)) << filter;
  }
}

TEST(TopicFilter, PlusFillsAWholeLevelAnywhere) {
  for (const ByteView filter :
       {"+"sv, "+/tennis/#"sv, "sport/+/player1"sv, "/+"sv, "+/+"sv, "+/"sv, "$SYS/+"sv}) {
    EXPECT_TRUE(is_valid_topic_filter(filter, kLevels)) << filter;
  }
  for (const ByteView filter : {"sport+"sv, "+a"sv, "a/+b/c"sv, "++"sv, "+#"sv, "a/#+"sv}) {
    EXPECT_FALSE(is_valid_topic_filter(filter, kLevels)) << filter;
  }
}

TEST(TopicFilter, HasTheLimitsOfATopicName) {
  EXPECT_FALSE(is_valid_topic_filter("", kLevels));
  EXPECT_FALSE(is_valid_topic_filter("a/\0/+"sv, kLevels));
  EXPECT_TRUE(is_valid_topic_filter(std::string(65'535, 'a'), kLevels));
  EXPECT_FALSE(is_valid_topic_filter(std::string(65'536, 'a'), kLevels));
  EXPECT_TRUE(is_valid_topic_filter("a/+/#", 3));
  EXPECT_FALSE(is_valid_topic_filter("a/+/#", 2));
}

TEST(TopicFilter, KnowsItsWildcards) {
  EXPECT_TRUE(has_wildcard("a/+"));
  EXPECT_TRUE(has_wildcard("#"));
  EXPECT_FALSE(has_wildcard("a/b"));
  EXPECT_FALSE(has_wildcard(""));
}

struct Decision {
  ByteView filter;
  ByteView topic;
  bool matched;
};

void expect_decisions(std::initializer_list<Decision> decisions) {
  for (const Decision& decision : decisions) {
    EXPECT_EQ(matches(decision.filter, decision.topic), decision.matched)
        << decision.filter << " and " << decision.topic;
  }
}

TEST(TopicFilter, HashMatchesTheParentLevel) {  // v5 4.7.1.2
  expect_decisions({{"sport/tennis/player1/#", "sport/tennis/player1", true},
                    {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
                    {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
                    {"sport/#", "sport", true},
                    {"sport/#", "sports", false},
                    {"sport/#", "spor", false},
                    {"#", "a", true},
                    {"#", "/", true},
                    {"#", "a/b/c", true},
                    {"/#", "/", true},
                    {"/#", "a", false}});
}

TEST(TopicFilter, PlusMatchesExactlyOneLevel) {  // v5 4.7.1.3
  expect_decisions({{"sport/tennis/+", "sport/tennis/player1", true},
                    {"sport/tennis/+", "sport/tennis/player2", true},
                    {"sport/tennis/+", "sport/tennis/player1/ranking", false},
                    {"sport/+", "sport", false},
                    {"sport/+", "sport/", true},
                    {"+", "a", true},
                    {"+/tennis/#", "a/tennis", true},
                    {"+/tennis/#", "a/tennis/b/c", true},
                    {"/finance", "/finance", true},
                    {"+/+", "/finance", true},
                    {"/+", "/finance", true},
                    {"+", "/finance", false}});
}

TEST(TopicFilter, WildcardInTheFirstLevelHidesDollarTopics) {  // v5 4.7.2
  expect_decisions({{"#", "$SYS", false},
                    {"#", "$SYS/monitor/Clients", false},
                    {"+", "$SYS", false},
                    {"+/#", "$SYS", false},
                    {"+/monitor/Clients", "$SYS/monitor/Clients", false},
                    {"$SYS/#", "$SYS/monitor", true},
                    {"$SYS/#", "$SYS", true},
                    {"$SYS/monitor/+", "$SYS/monitor/Clients", true},
                    {"+/$SYS", "a/$SYS", true},
                    {"a/+", "a/$SYS", true},
                    {"a/#", "a/$SYS", true}});
}

TEST(TopicFilter, ComparesBytesAsTheyAre) {  // v5 4.7.3
  expect_decisions({{"ACCOUNTS", "Accounts", false},
                    {"Accounts payable", "Accounts payable", true},
                    {"/A", "A", false},
                    {"A/", "A", false},
                    {"a//b", "a//b", true},
                    {"a//b", "a/b", false},
                    {"\xC3\x85", "A\xCC\x8A", false}});  // U+00C5 and its decomposed form
}

TEST(TopicFilter, MatchesTopicsOfEveryDepth) {
  const std::string deep(65'535, '/');

  EXPECT_TRUE(matches(deep, deep));
  EXPECT_TRUE(matches("/#", deep));
  EXPECT_TRUE(matches("+" + deep + "+", deep));
  EXPECT_FALSE(matches(deep.substr(1), deep));
}

TEST(SharedFilter, IsKnownByItsPrefix) {
  EXPECT_TRUE(is_shared("$share/g/a"));
  EXPECT_TRUE(is_shared("$share/"));
  EXPECT_FALSE(is_shared("$share"));
  EXPECT_FALSE(is_shared("$shared/g/a"));
  EXPECT_FALSE(is_shared("$SHARE/g/a"));
  EXPECT_FALSE(is_shared("a/$share/g"));
}

TEST(SharedFilter, IsTakenApart) {  // v5 4.8.2
  struct Case {
    ByteView text, share_name, filter;
  };
  for (const Case& wanted :
       {Case{"$share/consumer1/sport/tennis/+", "consumer1", "sport/tennis/+"},
        Case{"$share/consumer2//finance", "consumer2", "/finance"}, Case{"$share/g/#", "g", "#"},
        Case{"$share/g//", "g", "/"}, Case{"$share/$g/$share/h/a", "$g", "$share/h/a"}}) {
    const auto parts = parse_shared(wanted.text);
    ASSERT_TRUE(parts.has_value()) << wanted.text;
    EXPECT_EQ(parts->share_name, wanted.share_name);
    EXPECT_EQ(parts->filter, wanted.filter);
  }
}

TEST(SharedFilter, NeedsAShareNameWithoutWildcardsAndAFilter) {
  for (const ByteView text :
       {"$share//a"sv, "$share/"sv, "$share/g"sv, "$share/g/"sv, "$share/+/a"sv, "$share/g#/a"sv,
        "$share/g+h/a"sv, "$share/#"sv, "share/g/a"sv, ""sv}) {
    EXPECT_FALSE(parse_shared(text).has_value()) << text;
  }
}

TEST(Levels, AreOneMoreThanSeparators) {
  std::size_t position = 0;

  EXPECT_EQ(take_level("a//", position), "a");
  EXPECT_EQ(take_level("a//", position), "");
  EXPECT_EQ(position, 3U);
  EXPECT_EQ(take_level("a//", position), "");
  EXPECT_EQ(position, kNoMoreLevels);
}

}  // namespace
}  // namespace sluice::mqtt
