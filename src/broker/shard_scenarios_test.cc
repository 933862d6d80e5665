// What crosses from one shard to another.

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

/// A Client on each of the shards 0 .. count - 1, by trying ids.
std::vector<Client*> one_on_each(World& world, unsigned count, const Connect& how = {}) {
  std::vector<Client*> found(count, nullptr);
  for (int i = 0; std::count(found.begin(), found.end(), nullptr) > 0; ++i) {
    Client& client = world.connected("c" + std::to_string(i), how);
    if (found[client.shard()] == nullptr) {
      found[client.shard()] = &client;
    } else {
      client.leave();
    }
  }
  return found;
}

TEST(AcrossShards, AConnectionMovesToTheHomeOfItsClientIdentifier) {
  World world(3);
  Client& first = world.connected("c", {.expiry = 60});
  const ShardId home = first.shard();

  for (int i = 0; i < 6; ++i) {
    first.drop();
    EXPECT_TRUE(first.resumes({.expiry = 60}));
    EXPECT_EQ(first.shard(), home);
  }
}

TEST(AcrossShards, EveryClientHearsEveryOther) {
  World world(3);
  const auto clients = one_on_each(world, 3);
  for (Client* client : clients) client->subscribe("t/+", Q2);

  for (Client* client : clients) client->publish("t/" + client->id(), client->id(), Q2);

  for (Client* client : clients) EXPECT_EQ(client->publications.size(), 3u);
}

TEST(AcrossShards, AMessageTakesOneLetterPerShardHoweverManySubscribers) {
  World world(2);
  const auto clients = one_on_each(world, 2);
  for (int i = 0; i < 20; ++i) world.connected("s" + std::to_string(i)).subscribe("t", Q1);
  world.by_hand = true;

  clients[0]->request_publish("t", "x", {.qos = Q1, .retain = true});
  clients[0]->deliver_outbox();

  EXPECT_EQ(world.letters(), 1u);
}

TEST(AcrossShards, NothingIsSentToAShardWithoutSubscribers) {
  World world(2);
  const auto clients = one_on_each(world, 2);
  clients[1]->subscribe("t", Q1);
  clients[1]->unsubscribe("t");
  clients[0]->subscribe("t", Q1);
  world.by_hand = true;

  clients[0]->request_publish("t", "x", {.qos = Q1});
  clients[0]->deliver_outbox();

  EXPECT_EQ(world.letters(), 0u);
}

TEST(AcrossShards, SubackWaitsUntilEveryShardKnowsTheRoute) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    World world(3, seed);
    const auto clients = one_on_each(world, 3);
    for (const std::string filter : {"t", "$share/g/u"}) {
      world.by_hand = true;
      const auto packet_id = clients[0]->request_subscribe({filter}, {.qos = Q1});
      while (!clients[0]->suback_code(packet_id)) ASSERT_TRUE(world.step());
      const std::string topic = filter == "t" ? "t" : "u";
      for (Client* client : {clients[1], clients[2]}) {
        client->request_publish(topic, client->id(), {.qos = Q1});
        client->deliver_outbox();
      }
      world.by_hand = false;
      world.settle_all();
      EXPECT_EQ(clients[0]->take_payloads().size(), 2u) << filter << " seed " << seed;
    }
  }
}

TEST(AcrossShards, ASubackForAClientThatIsGoneIsForgotten) {
  World world(3);
  const auto clients = one_on_each(world, 3);
  world.by_hand = true;
  clients[0]->request_subscribe({"t", "$share/g/t"}, {.qos = Q1});
  clients[0]->deliver_outbox();
  clients[0]->drop();
  world.by_hand = false;

  world.settle_all();

  EXPECT_EQ(world.subscriptions(), 0u);
  clients[1]->publish("t", "x", Q1);
  ASSERT_EQ(clients[1]->acks.size(), 1u);
  EXPECT_EQ(clients[1]->acks[0].reason, ReasonCode::NoMatchingSubscribers);
}

TEST(AcrossShards, RetainedMessagesOfAllShardsAnswerASubscription) {
  World world(3);
  const auto clients = one_on_each(world, 3);
  for (int i = 0; i < 30; ++i) {
    clients[static_cast<std::size_t>(i % 3)]->publish("t/" + std::to_string(i), "x",
                                                      {.qos = Q1, .retain = true});
  }

  for (Client* client : clients) {
    client->subscribe("t/+", Q1);
    EXPECT_EQ(client->publications.size(), 30u);
  }
  Client& exact = world.connected("exact");
  for (int i = 0; i < 30; ++i) exact.subscribe("t/" + std::to_string(i), Q1);
  EXPECT_EQ(exact.publications.size(), 30u);
}

TEST(AcrossShards, ALargeMessageIsSharedAndAlwaysWhole) {
  World world(3);
  const auto clients = one_on_each(world, 3);
  for (Client* client : clients) client->subscribe("t", Q1);
  const std::string payload(500'000, 'x');

  clients[0]->publish("t", payload, Q1);

  for (Client* client : clients) EXPECT_EQ(client->payloads(), Payloads{payload});
}

}  // namespace
}  // namespace sluice::broker
