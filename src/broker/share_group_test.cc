#include "broker/share_group.h"

#include <gtest/gtest.h>

#include <map>

#include "broker/testing/messages.h"

namespace sluice::broker {
namespace {

using config::ShareStrategy;
using testing::message;

ShareGroup group_of(ShareStrategy strategy, SessionId members) {
  ShareGroup group(1, {"g", "t"}, strategy);
  for (SessionId session = 1; session <= members; ++session) group.join({session, {}, true});
  return group;
}

std::vector<SessionId> choices(ShareGroup& group, int count, const Message& of) {
  std::vector<SessionId> all;
  for (int i = 0; i < count; ++i) all.push_back(group.choose(of)->session);
  return all;
}

class EveryStrategy : public ::testing::TestWithParam<ShareStrategy> {};
INSTANTIATE_TEST_SUITE_P(ShareGroup, EveryStrategy,
                         ::testing::Values(ShareStrategy::RoundRobin, ShareStrategy::Random,
                                           ShareStrategy::Sticky, ShareStrategy::HashClient,
                                           ShareStrategy::HashTopic));

TEST_P(EveryStrategy, ChoosesNobodyFromAnEmptyGroup) {
  ShareGroup group = group_of(GetParam(), 1);
  EXPECT_TRUE(group.leave(1));
  EXPECT_FALSE(group.leave(1));

  EXPECT_TRUE(group.empty());
  EXPECT_EQ(group.choose(*message("x")), nullptr);
}

TEST_P(EveryStrategy, PrefersWhoIsConnected) {
  ShareGroup group = group_of(GetParam(), 5);
  for (SessionId session : {1, 2, 4, 5}) group.set_connected(session, false);

  for (SessionId chosen : choices(group, 20, *message("x"))) EXPECT_EQ(chosen, 3u);
}

TEST_P(EveryStrategy, ChoosesAnOfflineMemberWhenNobodyIsConnected) {
  ShareGroup group = group_of(GetParam(), 2);
  group.set_connected(1, false);
  group.set_connected(2, false);

  EXPECT_FALSE(group.has_connected());
  EXPECT_NE(group.choose(*message("x")), nullptr);
}

TEST_P(EveryStrategy, NeverChoosesWhoLeft) {
  ShareGroup group = group_of(GetParam(), 6);
  for (SessionId session : {6, 1, 3}) {
    choices(group, 3, *message("x"));
    group.leave(session);
    EXPECT_FALSE(group.has_member(session));
    for (SessionId chosen : choices(group, 20, *message("x"))) EXPECT_NE(chosen, session);
  }
}

TEST(ShareGroup, CountsAMemberThatJoinsAgainOnce) {
  ShareGroup group(1, {"g", "t"}, ShareStrategy::RoundRobin);
  group.join({1, {mqtt::Qos::AtMostOnce}, true});
  group.join({1, {mqtt::Qos::ExactlyOnce}, true});
  EXPECT_EQ(group.choose(*message("x"))->options.maximum_qos, mqtt::Qos::ExactlyOnce);

  group.set_connected(1, false);
  EXPECT_FALSE(group.has_connected());
  group.set_connected(1, true);
  EXPECT_TRUE(group.has_connected());
  group.leave(1);

  EXPECT_FALSE(group.has_connected());
  EXPECT_TRUE(group.empty());
}

TEST(ShareGroup, RoundRobinTakesTurns) {
  ShareGroup group = group_of(ShareStrategy::RoundRobin, 3);

  EXPECT_EQ(choices(group, 6, *message("x")), (std::vector<SessionId>{1, 2, 3, 1, 2, 3}));
}

TEST(ShareGroup, RoundRobinSkipsNobodyWhenAMemberLeaves) {
  ShareGroup group = group_of(ShareStrategy::RoundRobin, 4);
  EXPECT_EQ(choices(group, 2, *message("x")), (std::vector<SessionId>{1, 2}));

  group.leave(1);

  EXPECT_EQ(choices(group, 3, *message("x")), (std::vector<SessionId>{3, 4, 2}));
}

TEST(ShareGroup, StickyStaysAfterItHadToMove) {
  ShareGroup group = group_of(ShareStrategy::Sticky, 3);
  EXPECT_EQ(choices(group, 2, *message("x")), (std::vector<SessionId>{1, 1}));
  group.set_connected(1, false);
  EXPECT_EQ(choices(group, 2, *message("x")), (std::vector<SessionId>{2, 2}));

  group.set_connected(1, true);

  EXPECT_EQ(choices(group, 2, *message("x")), (std::vector<SessionId>{2, 2}));
}

TEST(ShareGroup, RandomReachesEveryMember) {
  ShareGroup group = group_of(ShareStrategy::Random, 4);
  std::map<SessionId, int> count;

  for (SessionId chosen : choices(group, 400, *message("x"))) ++count[chosen];

  for (SessionId session = 1; session <= 4; ++session) EXPECT_GT(count[session], 50);
}

TEST(ShareGroup, HashTopicDependsOnTheTopicAlone) {
  ShareGroup group = group_of(ShareStrategy::HashTopic, 4);
  std::map<SessionId, int> count;

  for (int i = 0; i < 100; ++i) {
    const MessagePtr one = message("x", "topic/" + std::to_string(i));
    const SessionId chosen = group.choose(*one)->session;
    EXPECT_EQ(group.choose(*one)->session, chosen);
    ++count[chosen];
  }

  EXPECT_EQ(count.size(), 4u);
}

}  // namespace
}  // namespace sluice::broker
