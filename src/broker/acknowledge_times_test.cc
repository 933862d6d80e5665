// How long Clients take to acknowledge, as an operator is told.

#include "broker/acknowledge_times.h"

#include <algorithm>

#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

class AcknowledgeLatency : public ::testing::Test {
 protected:
  Client& subscriber(const std::string& id) {
    Client& client = world.connected(id);
    client.acknowledges = false;
    client.subscribe(id, Q1);
    return client;
  }
  /// The Client takes so long for one message.
  void take(Client& client, milliseconds time) {
    publisher.publish(client.id(), "x", Q1);
    world.pass(time);
    client.ack(PacketType::Puback, client.publications.back().packet_id);
  }
  std::vector<ClientLatency> list() {
    auto all = world.broker(0).list_latencies(world.now());
    std::ranges::sort(all, is_slower);
    return all;
  }

  World world{1};
  Client& publisher = world.connected("publisher");
};

TEST_F(AcknowledgeLatency, IsAMovingAverageAndAMaximum) {
  Client& client = subscriber("c");
  take(client, milliseconds(800));
  take(client, milliseconds(0));

  const auto all = list();

  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].session.client_id, "c");
  EXPECT_EQ(all[0].average_ms, 700);
  EXPECT_EQ(all[0].max_ms, 800);
}

TEST_F(AcknowledgeLatency, CountsWhatIsStillAwaitedWithItsAge) {
  Client& client = subscriber("c");
  take(client, milliseconds(10));
  publisher.publish("c", "x", Q1);
  world.pass(seconds(5));

  EXPECT_EQ(list().at(0).average_ms, 5000);
  EXPECT_EQ(list().at(0).max_ms, 5000);
}

TEST_F(AcknowledgeLatency, IsThatOfTheLastMinute) {
  Client& client = subscriber("c");
  take(client, milliseconds(900));
  world.pass(seconds(40));
  take(client, milliseconds(100));
  EXPECT_EQ(list().at(0).max_ms, 900);

  world.pass(seconds(30));
  EXPECT_EQ(list().at(0).max_ms, 100);

  world.pass(seconds(31));
  EXPECT_TRUE(list().empty());
}

TEST_F(AcknowledgeLatency, GoesWithTheConnection) {
  Client& client = subscriber("c");
  take(client, milliseconds(900));

  client.drop();

  EXPECT_TRUE(list().empty());
}

TEST_F(AcknowledgeLatency, IsKeptOfTheSlowestClients) {
  constexpr std::size_t kMore = 20;
  for (std::size_t i = 0; i < AcknowledgeTimes::kClientsMax + kMore; ++i) {
    take(subscriber("c" + std::to_string(i)), milliseconds(20 + i));
  }

  const auto all = list();

  ASSERT_EQ(all.size(), AcknowledgeTimes::kClientsMax);
  EXPECT_EQ(all.front().session.client_id,
            "c" + std::to_string(AcknowledgeTimes::kClientsMax + kMore - 1));
  EXPECT_EQ(all.back().session.client_id, "c" + std::to_string(kMore));
}

TEST_F(AcknowledgeLatency, OfFastClientsTakesTheRoomOfThoseNotTimedLately) {
  for (std::size_t i = 0; i < AcknowledgeTimes::kClientsMax; ++i) {
    take(subscriber("c" + std::to_string(i)), milliseconds(500));
  }
  world.pass(seconds(61));

  take(subscriber("fast"), milliseconds(1));

  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list()[0].average_ms, 1);
}

}  // namespace
}  // namespace sluice::broker
