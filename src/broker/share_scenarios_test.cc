// Shared Subscriptions: one member gets the message, another when that one cannot.

#include <numeric>

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;
using config::ShareStrategy;

const Connect kPersistent{.clean_start = false, .expiry = 3600};

class Shares : public Scenario {
 protected:
  /// Connected members "m0", "m1", ... of $share/g/t.
  std::vector<Client*> join(int count, const Connect& how = {}) {
    std::vector<Client*> members;
    for (int i = 0; i < count; ++i) {
      members.push_back(&world.connected("m" + std::to_string(i), how));
      members.back()->subscribe("$share/g/t", Q2);
    }
    return members;
  }
  static std::vector<std::size_t> counts(const std::vector<Client*>& members) {
    std::vector<std::size_t> all;
    for (Client* member : members) all.push_back(member->publications.size());
    return all;
  }
  static std::size_t total(const std::vector<Client*>& members) {
    const auto all = counts(members);
    return std::accumulate(all.begin(), all.end(), std::size_t{0});
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, Shares, ::testing::Values(1U, 3U), shards_name);

TEST_P(Shares, TakeTurnsWithRoundRobin) {
  const auto members = join(3);
  Client& publisher = world.connected("p");

  for (int i = 0; i < 12; ++i) publisher.publish("t", "x", Q1);

  EXPECT_EQ(counts(members), (std::vector<std::size_t>{4, 4, 4}));
}

TEST_P(Shares, AllGetSomeWithRandom) {
  world.settings.mqtt.share_strategy = ShareStrategy::Random;
  const auto members = join(3);
  Client& publisher = world.connected("p");

  for (int i = 0; i < 90; ++i) publisher.publish("t", "x", Q1);

  EXPECT_EQ(total(members), 90u);
  for (std::size_t count : counts(members)) EXPECT_GT(count, 10u);
}

TEST_P(Shares, StayWithOneMemberWithStickyUntilItLeaves) {
  world.settings.mqtt.share_strategy = ShareStrategy::Sticky;
  const auto members = join(3);
  Client& publisher = world.connected("p");

  for (int i = 0; i < 5; ++i) publisher.publish("t", "x", Q1);
  auto before = counts(members);
  std::sort(before.begin(), before.end());
  EXPECT_EQ(before, (std::vector<std::size_t>{0, 0, 5}));
  for (Client* member : members) {
    if (member->publications.size() == 5) member->drop();
  }
  for (int i = 0; i < 5; ++i) publisher.publish("t", "x", Q1);

  auto after = counts(members);
  std::sort(after.begin(), after.end());
  EXPECT_EQ(after, (std::vector<std::size_t>{0, 5, 5}));
}

TEST_P(Shares, KeepAPublisherWithOneMemberByHashOfTheClient) {
  world.settings.mqtt.share_strategy = ShareStrategy::HashClient;
  const auto members = join(3);

  for (int i = 0; i < 30; ++i) {
    Client& publisher = world.connected("p" + std::to_string(i));
    const auto before = counts(members);
    for (int j = 0; j < 3; ++j) publisher.publish("t", "x", Q1);
    const auto after = counts(members);
    for (std::size_t m = 0; m < members.size(); ++m) EXPECT_EQ((after[m] - before[m]) % 3, 0u);
  }

  for (std::size_t count : counts(members)) EXPECT_GT(count, 0u);
}

TEST_P(Shares, KeepATopicWithOneMemberByHashOfTheTopic) {
  world.settings.mqtt.share_strategy = ShareStrategy::HashTopic;
  std::vector<Client*> members;
  for (int i = 0; i < 3; ++i) {
    members.push_back(&world.connected("m" + std::to_string(i)));
    members.back()->subscribe("$share/g/t/#", Q1);
  }
  Client& publisher = world.connected("p");

  for (int i = 0; i < 30; ++i) {
    const auto before = counts(members);
    for (int j = 0; j < 3; ++j) publisher.publish("t/" + std::to_string(i), "x", Q1);
    const auto after = counts(members);
    for (std::size_t m = 0; m < members.size(); ++m) EXPECT_EQ((after[m] - before[m]) % 3, 0u);
  }

  EXPECT_EQ(total(members), 90u);
}

TEST_P(Shares, OfSeveralGroupsAndPlainSubscriptionsEachGetACopy) {
  Client& one = world.connected("1");
  Client& two = world.connected("2");
  Client& both = world.connected("3");
  one.subscribe("$share/g/t", Q1);
  two.subscribe("$share/h/t", Q1);
  both.subscribe("t", Q1);
  both.subscribe("$share/i/t", {.qos = Q1, .identifier = 7});

  world.connected("p").publish("t", "x", Q1);

  EXPECT_EQ(one.payloads(), Payloads{"x"});
  EXPECT_EQ(two.payloads(), Payloads{"x"});
  EXPECT_EQ(both.payloads(), (Payloads{"x", "x"}));
}

TEST_P(Shares, PassQos1InFlightToAnotherMemberWhenTheirsIsLost) {
  const auto members = join(2, kPersistent);
  members[0]->acknowledges = false;
  members[1]->acknowledges = false;
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q1);
  ASSERT_EQ(counts(members), (std::vector<std::size_t>{1, 1}));
  const std::string lost = members[0]->take_payloads().at(0);

  members[0]->drop();
  EXPECT_EQ(members[1]->publications.size(), 2u);
  EXPECT_EQ(members[1]->publications.back().payload, lost);
  members[0]->resumes(kPersistent);

  EXPECT_TRUE(members[0]->publications.empty());
}

TEST_P(Shares, LeaveQos2InFlightWithItsMember) {
  const auto members = join(2, kPersistent);
  members[0]->acknowledges = false;
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", Q2);
  publisher.publish("t", "2", Q2);
  ASSERT_EQ(counts(members), (std::vector<std::size_t>{1, 1}));

  members[0]->drop();
  EXPECT_EQ(members[1]->publications.size(), 1u);
  members[0]->acknowledges = true;
  members[0]->resumes(kPersistent);

  // Sent again, and known to the Client by its Packet Identifier.
  EXPECT_EQ(members[0]->publications.size(), 1u);
  EXPECT_TRUE(members[0]->unfinished().empty());
}

TEST_P(Shares, DropQos2InFlightWithTheSessionThatHadIt) {
  const auto members = join(2);
  members[0]->acknowledges = false;
  Client& publisher = world.connected("p");
  publisher.publish("t", "1", Q2);
  publisher.publish("t", "2", Q2);

  members[0]->drop();

  EXPECT_EQ(members[1]->publications.size(), 1u);
}

TEST_P(Shares, PassTheQueueOfALostMemberOn) {
  Connect narrow;
  narrow.receive_maximum = 1;
  const auto members = join(2, narrow);
  members[0]->acknowledges = false;
  Client& publisher = world.connected("p");
  for (int i = 0; i < 10; ++i) publisher.publish("t", std::to_string(i), Q2);
  EXPECT_EQ(members[1]->publications.size(), 5u);

  members[0]->drop();

  EXPECT_EQ(members[1]->publications.size(), 9u);  // all but the one in flight with QoS 2
}

TEST_P(Shares, KeepForAPersistentMemberWhenNobodyIsConnected) {
  const auto members = join(1, kPersistent);
  members[0]->drop();
  Client& publisher = world.connected("p");

  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q2);
  members[0]->resumes(kPersistent);

  EXPECT_EQ(members[0]->payloads(), (Payloads{"1", "2"}));
}

TEST_P(Shares, KeepForAPersistentMemberWhatTheLastConnectedOneDidNotFinish) {
  Client& keeper = world.connected("k", kPersistent);
  keeper.subscribe("$share/g/t", Q1);
  keeper.drop();
  const auto members = join(1);
  members[0]->acknowledges = false;
  world.connected("p").publish("t", "1", Q1);
  ASSERT_EQ(members[0]->payloads(), Payloads{"1"});

  members[0]->drop();
  keeper.resumes(kPersistent);

  EXPECT_EQ(keeper.payloads(), Payloads{"1"});
}

TEST_P(Shares, KeepWhatWasInFlightForTheOnlyMember) {
  const auto members = join(1, kPersistent);
  members[0]->acknowledges = false;
  world.connected("p").publish("t", "1", Q1);
  ASSERT_EQ(members[0]->publications.size(), 1u);
  const auto packet_id = members[0]->publications[0].packet_id;
  members[0]->take_payloads();

  members[0]->drop();
  members[0]->resumes(kPersistent);

  ASSERT_EQ(members[0]->payloads(), Payloads{"1"});
  EXPECT_TRUE(members[0]->publications[0].dup);
  EXPECT_EQ(members[0]->publications[0].packet_id, packet_id);
}

TEST_P(Shares, AreGoneWithTheirLastMember) {
  const auto members = join(2);
  members[0]->unsubscribe("$share/g/t");
  members[1]->drop();
  Client& publisher = world.connected("p");

  publisher.publish("t", "x", Q1);

  ASSERT_EQ(publisher.acks.size(), 1u);
  EXPECT_EQ(publisher.acks[0].reason, ReasonCode::NoMatchingSubscribers);
  EXPECT_EQ(world.subscriptions(), 0u);
}

TEST_P(Shares, ChangeTheirOptionsWithAnotherSubscribe) {
  const auto members = join(1);
  members[0]->subscribe("$share/g/t", Q0);

  world.connected("p").publish("t", "x", Q2);

  ASSERT_EQ(members[0]->publications.size(), 1u);
  EXPECT_EQ(members[0]->publications[0].qos, Q0);
  EXPECT_EQ(world.subscriptions(), 1u);
}

TEST_P(Shares, MayNotHaveNoLocal) {
  Client& member = world.connected("m");

  member.subscribe("$share/g/t", {.no_local = true});

  EXPECT_EQ(member.disconnect, ReasonCode::ProtocolError);
}

TEST_P(Shares, LeaveNoMemberBehindWhenMqtt31IsCutOffInItsSubscribe) {
  world.settings.mqtt.topic_levels_max = 4;
  for (int i = 0; i < 6; ++i) {
    Client& old = world.connected("old" + std::to_string(i), {.version = Version::V31});
    old.request_subscribe({"$share/g/t", "1/2/3/4/5"}, {.qos = Q1});
    world.settle();
    EXPECT_FALSE(old.is_open());
  }
  const auto members = join(1);
  Client& publisher = world.connected("p");

  publisher.publish("t", "1", Q1);
  publisher.publish("t", "2", Q1);

  EXPECT_EQ(members[0]->payloads(), (Payloads{"1", "2"}));
}

TEST(SharesAcrossShards, ReachAnotherMemberWhenTheChosenOneHasJustGone) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    World world(3, seed);
    std::vector<Client*> members;
    for (int i = 0; i < 4; ++i) {
      members.push_back(&world.connected("m" + std::to_string(i), kPersistent));
      members.back()->subscribe("$share/g/t", Q1);
    }
    Client& publisher = world.connected("p");
    world.by_hand = true;
    for (int i = 0; i < 8; ++i) publisher.request_publish("t", std::to_string(i), {.qos = Q1});
    for (std::uint64_t i = 0; i < seed % 20; ++i) world.step();
    for (int i = 0; i < 3; ++i) members[static_cast<std::size_t>(i)]->drop();
    world.settle_all();

    std::set<std::string> got;
    for (Client* member : members) {
      for (const auto& payload : member->payloads()) got.insert(payload);
    }
    EXPECT_EQ(got.size(), 8u) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sluice::broker
