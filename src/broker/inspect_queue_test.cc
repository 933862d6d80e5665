// What an operator sees of the queue of a Client, and how he empties it.

#include "broker/testing/operator.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

const Connect kPersistent{.expiry = 3600};
const Connect kOneAtATime{.expiry = 3600, .receive_maximum = 1};

class InspectedQueue : public Scenario {
 protected:
  void publish(int count, Qos qos = Q1) {
    if (publisher == nullptr) publisher = &world.connected("publisher");
    for (int i = 0; i < count; ++i) publisher->publish("t", std::to_string(++last), qos);
  }
  std::vector<std::string> shown(const QueueFacts& facts) const {
    std::vector<std::string> payloads;
    for (const QueuedMessage& queued : facts.first) payloads.push_back(queued.message.payload);
    return payloads;
  }

  Operator asker{world};
  Client* publisher = nullptr;
  int last = 0;
};
INSTANTIATE_TEST_SUITE_P(Shards, InspectedQueue, ::testing::Values(1U, 3U), shards_name);

TEST_P(InspectedQueue, ShowsWhatIsInFlightAndThenWhatWaits) {
  for (const Connect& how : {kOneAtATime, Connect{.receive_maximum = 1}}) {
    Client& client = world.connected("c" + std::to_string(how.expiry), how);
    client.acknowledges = false;
    client.subscribe("t", Q1);
    last = 0;
    publish(3);

    const auto queue = asker.queue(client.id());

    ASSERT_TRUE(queue);
    EXPECT_EQ(queue->messages, 3u);
    EXPECT_EQ(queue->in_flight, 1u);
    EXPECT_EQ(queue->on_disk, 0u);
    EXPECT_GT(queue->bytes, 0u);
    EXPECT_EQ(shown(*queue), (Payloads{"1", "2", "3"}));
    EXPECT_NE(queue->first[0].packet_id, 0);
    EXPECT_EQ(queue->first[1].packet_id, 0);
    EXPECT_EQ(asker.queue(client.id(), 2)->first.size(), 2u);
  }
  EXPECT_FALSE(asker.queue("nobody"));
}

TEST_P(InspectedQueue, ShowsThatAPubrelIsNotAnswered) {
  Client& client = world.connected("c", kPersistent);
  client.acknowledges = false;
  client.subscribe("t", Q2);
  publish(1, Q2);
  client.ack(PacketType::Pubrec, client.publications.at(0).packet_id);

  const auto queue = asker.queue("c");

  ASSERT_EQ(queue->first.size(), 1u);
  EXPECT_TRUE(queue->first[0].awaits_release);
  EXPECT_EQ(queue->first[0].message.qos, Q2);
}

TEST_P(InspectedQueue, ShowsWhatIsOnlyOnDisk) {
  Client& client = world.connected("c", kPersistent);
  client.subscribe("t", Q1);
  client.drop();
  publish(5);

  const auto queue = asker.queue("c");

  EXPECT_EQ(queue->messages, 5u);
  EXPECT_EQ(queue->on_disk, 5u);
  EXPECT_GT(queue->oldest_at, 0);
  EXPECT_EQ(shown(*queue), (Payloads{"1", "2", "3", "4", "5"}));
  EXPECT_GT(queue->first[0].message.created_at, 0);
  EXPECT_EQ(shown(*asker.queue("c", 2)), (Payloads{"1", "2"}));
  world.restart();
  EXPECT_EQ(asker.queue("c")->on_disk, 5u);
}

TEST_P(InspectedQueue, IsPurgedButForWhatIsInFlight) {
  Client& client = world.connected("c", kOneAtATime);
  client.acknowledges = false;
  client.subscribe("t", Q1);
  publish(4);

  EXPECT_EQ(asker.purge("c"), 3u);

  EXPECT_EQ(asker.queue("c")->messages, 1u);
  EXPECT_EQ(world.dropped(DropReason::Purged), 3u);
  client.acknowledges = true;
  client.ack(PacketType::Puback, client.publications.at(0).packet_id);
  publish(1);
  EXPECT_EQ(client.payloads(), (Payloads{"1", "5"}));
  EXPECT_EQ(asker.purge("nobody"), std::nullopt);
}

TEST_P(InspectedQueue, OfAnOfflineClientIsPurgedForGood) {
  Client& client = world.connected("c", kPersistent);
  client.subscribe("t", Q1);
  client.drop();
  publish(5);

  EXPECT_EQ(asker.purge("c"), 5u);

  publish(1);
  world.restart();
  EXPECT_EQ(asker.queue("c")->messages, 1u);
  ASSERT_TRUE(client.resumes(kPersistent));
  EXPECT_EQ(client.payloads(), (Payloads{"6"}));
}

TEST_P(InspectedQueue, KeepsWhatWasSentBeforeTheBrokerStarted) {
  Client& client = world.connected("c", {.expiry = 3600, .receive_maximum = 2});
  client.acknowledges = false;
  client.subscribe("t", Q1);
  publish(2);
  client.drop();
  publish(3);
  publisher = nullptr;
  world.restart();

  EXPECT_EQ(asker.purge("c"), 3u);

  client.take_payloads();
  client.acknowledges = true;
  ASSERT_TRUE(client.resumes(kPersistent));
  EXPECT_EQ(client.payloads(), (Payloads{"1", "2"}));
}

TEST_P(InspectedQueue, IsToldToBePurgedWhenThatIsDurable) {
  Client& client = world.connected("c", kPersistent);
  client.subscribe("t", Q1);
  client.drop();
  publish(5);
  world.store.is_stuck = true;

  EXPECT_EQ(asker.purge("c"), std::nullopt);

  world.store.is_stuck = false;
  world.restart();
  EXPECT_EQ(asker.queue("c")->messages, 5u);
}

}  // namespace
}  // namespace sluice::broker
