// What an operator sees of subscriptions, and how he replaces them.

#include "auth/rule_book.h"
#include "broker/testing/operator.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

using Names = std::vector<std::string>;

const Connect kPersistent{.expiry = 3600};

class InspectedSubscriptions : public Scenario {
 protected:
  Operator asker{world};
};
INSTANTIATE_TEST_SUITE_P(Shards, InspectedSubscriptions, ::testing::Values(1U, 3U), shards_name);

TEST_P(InspectedSubscriptions, AreListedByClientOrByFilter) {
  world.connected("b").subscribe("x", Q0);
  Client& a = world.connected("a");
  a.subscribe("z", Q0);
  a.subscribe("$share/g/y", Q0);

  EXPECT_EQ(asker.subscriptions(), (Names{"a $share/g/y", "a z", "b x"}));
  EXPECT_EQ(asker.subscriptions({.by_filter = true}), (Names{"b x", "a $share/g/y", "a z"}));
  EXPECT_EQ(asker.subscriptions({.by_filter = true, .descending = true}),
            (Names{"a z", "a $share/g/y", "b x"}));
  EXPECT_EQ(asker.subscriptions({.slice = {.offset = 1, .limit = 1}}), (Names{"a z"}));
  EXPECT_EQ(asker.list_subscriptions({.slice = {.limit = 0}}).total, 3u);
}

TEST_P(InspectedSubscriptions, AreFoundByWhatTheyAskFor) {
  Client& client = world.connected("Client");
  client.subscribe("zero", Q0);
  client.subscribe("one", {.qos = Q1, .no_local = true});
  client.subscribe("two", {.qos = Q2, .retain_as_published = true, .identifier = 5});
  client.subscribe("$share/group/three", Q1);

  EXPECT_EQ(asker.subscriptions({.client_id = "cli"}).size(), 4u);
  EXPECT_EQ(asker.subscriptions({.filter = "GROUP"}), (Names{"Client $share/group/three"}));
  EXPECT_EQ(asker.subscriptions({.qos_mask = 0b101}), (Names{"Client two", "Client zero"}));
  EXPECT_EQ(asker.subscriptions({.no_local = true}), (Names{"Client one"}));
  EXPECT_EQ(asker.subscriptions({.retain_as_published = true}), (Names{"Client two"}));
  EXPECT_EQ(asker.subscriptions({.identifier = 5}), (Names{"Client two"}));
}

TEST_P(InspectedSubscriptions, NameTheMembersOfEachGroup) {
  for (const char* id : {"a", "b", "c"}) {
    world.connected(id, kPersistent).subscribe("$share/g/t", Q0);
  }
  Client& off = world.connected("off", kPersistent);
  off.subscribe("$share/other/t", Q0);
  off.drop();

  std::map<std::string, std::map<std::string, bool>> connected_by_group;
  for (const ShareGroupFacts& group : asker.share_groups()) {
    EXPECT_EQ(group.filter, "t");
    for (const GroupMember& member : group.members) {
      connected_by_group[group.share_name][member.client_id] = member.is_connected;
    }
  }

  EXPECT_EQ(connected_by_group["g"],
            (std::map<std::string, bool>{{"a", true}, {"b", true}, {"c", true}}));
  EXPECT_EQ(connected_by_group["other"], (std::map<std::string, bool>{{"off", false}}));
}

TEST_P(InspectedSubscriptions, AreReplacedByDifference) {
  Client& client = world.connected("c", kPersistent);
  for (const char* filter : {"gone", "kept", "$share/g/gone", "$share/g/kept"}) {
    client.subscribe(filter, Q1);
  }

  const auto change = asker.replace("c", {{.filter = "kept", .maximum_qos = Q1},
                                          {.filter = "new", .maximum_qos = Q2},
                                          {.filter = "kept", .share_name = "g", .maximum_qos = Q0},
                                          {.filter = "new", .share_name = "g", .maximum_qos = Q1}});

  EXPECT_EQ(change, SubscriptionChange::Done);
  const Names expected{"c kept", "c $share/g/kept", "c new", "c $share/g/new"};
  EXPECT_EQ(asker.subscriptions(), expected);
  EXPECT_EQ(world.subscriptions(), 4u);
  world.connected("p").publish("new", "1", Q2);
  EXPECT_EQ(client.take_payloads(), (Payloads{"1", "1"}));  // alone, and for the group
  world.restart();
  EXPECT_EQ(asker.subscriptions(), expected);
  EXPECT_EQ(asker.subscriptions({.qos_mask = 0b001}), (Names{"c $share/g/kept"}));
}

TEST_P(InspectedSubscriptions, OfAnOfflineClientAreReplacedToo) {
  Client& client = world.connected("c", kPersistent);
  client.subscribe("old", Q1);
  client.drop();

  EXPECT_EQ(asker.replace("c", {{.filter = "new", .maximum_qos = Q1},
                                {.filter = "s", .share_name = "g", .maximum_qos = Q1}}),
            SubscriptionChange::Done);

  Client& publisher = world.connected("p");
  for (const char* topic : {"old", "new", "s"}) publisher.publish(topic, topic, Q1);
  ASSERT_TRUE(client.resumes(kPersistent));
  EXPECT_EQ(client.payloads(), (Payloads{"new", "s"}));
}

TEST_P(InspectedSubscriptions, BringRetainedMessagesWhenTheyAreNew) {
  Client& publisher = world.connected("p");
  for (const char* topic : {"kept", "new", "silent"}) {
    publisher.publish(topic, topic, {.qos = Q1, .retain = true});
  }
  Client& client = world.connected("c");
  client.subscribe("kept", Q0);
  client.take_payloads();

  asker.replace("c", {{.filter = "kept", .maximum_qos = Q1},
                      {.filter = "new", .maximum_qos = Q1},
                      {.filter = "silent", .maximum_qos = Q1, .retain_handling = 2}});

  EXPECT_EQ(client.payloads(), (Payloads{"new"}));
}

TEST_P(InspectedSubscriptions, StayAsTheyAreWhenOneOfTheNewOnesIsRefused) {
  world.settings.mqtt.subscriptions_max = 2;
  world.ask([](const auth::ConnectRequest&) -> std::optional<auth::Verdict> {
    auth::Identity identity;
    identity.provider = auth::ProviderType::Basic;
    const auth::RuleList only_a{{}, {{true, "a/#"}}};
    const auth::RuleText rules{only_a, only_a};
    identity.rules = auth::RuleBook::of(rules)->rules_for({});
    return auth::Admitted{identity, ""};
  });
  world.connected("c").subscribe("a/1", Q1);

  EXPECT_EQ(asker.replace("c", {{.filter = "a/2"}, {.filter = "b"}}),
            SubscriptionChange::NotAuthorized);
  EXPECT_EQ(asker.replace("c", {{.filter = "a/2"}, {.filter = "a/#/b"}}),
            SubscriptionChange::InvalidFilter);
  EXPECT_EQ(asker.replace("c", {{.filter = "a/2", .share_name = "g", .no_local = true}}),
            SubscriptionChange::InvalidFilter);
  EXPECT_EQ(asker.replace("c", {{.filter = "a/2"}, {.filter = "a/3"}, {.filter = "a/4"}}),
            SubscriptionChange::TooMany);
  EXPECT_EQ(asker.replace("nobody", {}), std::nullopt);
  EXPECT_EQ(asker.subscriptions(), (Names{"c a/1"}));
}

TEST_P(InspectedSubscriptions, CanAllBeTakenAway) {
  Client& client = world.connected("c");
  client.subscribe("t", Q1);

  EXPECT_EQ(asker.replace("c", {}), SubscriptionChange::Done);

  world.connected("p").publish("t", "x", Q1);
  EXPECT_TRUE(client.payloads().empty());
  EXPECT_EQ(world.subscriptions(), 0u);
}

}  // namespace
}  // namespace sluice::broker
