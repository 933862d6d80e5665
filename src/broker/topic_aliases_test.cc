#include "broker/topic_aliases.h"

#include <gtest/gtest.h>

namespace sluice::broker {
namespace {

TEST(OutgoingAliases, AreNewThenKnown) {
  OutgoingAliases aliases(2);
  AliasChoice choice = aliases.look_up("a/long/topic");
  EXPECT_EQ(choice.alias, 1);
  EXPECT_FALSE(choice.is_known);

  aliases.remember("a/long/topic", choice.alias);
  choice = aliases.look_up("a/long/topic");

  EXPECT_EQ(choice.alias, 1);
  EXPECT_TRUE(choice.is_known);
}

TEST(OutgoingAliases, StopAtTheMaximumOfTheClient) {
  OutgoingAliases aliases(2);
  aliases.remember("a/long/topic/1", aliases.look_up("a/long/topic/1").alias);
  aliases.remember("a/long/topic/2", aliases.look_up("a/long/topic/2").alias);

  EXPECT_EQ(aliases.look_up("a/long/topic/3").alias, 0);
  EXPECT_EQ(aliases.look_up("a/long/topic/2").alias, 2);
}

TEST(OutgoingAliases, AreNotSpentOnShortTopics) {
  OutgoingAliases aliases(2);

  EXPECT_EQ(aliases.look_up("short").alias, 0);
}

TEST(IncomingAliases, AreSetAndReplaced) {
  IncomingAliases aliases;
  aliases.set(3, "a");
  EXPECT_EQ(aliases.find(3), "a");
  EXPECT_EQ(aliases.find(1), "");
  EXPECT_EQ(aliases.find(9), "");

  aliases.set(3, "b");

  EXPECT_EQ(aliases.find(3), "b");
}

}  // namespace
}  // namespace sluice::broker
