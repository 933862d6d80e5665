#include "broker/outbound_queue.h"

#include <gtest/gtest.h>

#include "broker/testing/messages.h"

namespace sluice::broker {
namespace {

using testing::delivery;

TEST(OutboundQueue, CountsMessagesAndBytes) {
  OutboundQueue queue;
  EXPECT_TRUE(queue.empty());
  Delivery one = delivery("12345");
  const std::size_t size = one.message->size();

  queue.push(std::move(one));
  queue.push(delivery("12345"));

  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue.bytes(), 2 * size);
  queue.pop();
  queue.pop_oldest_counted();
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_TRUE(queue.empty());
}

TEST(OutboundQueue, SendsReplayFirstAndDoesNotCountIt) {
  OutboundQueue queue;
  queue.push(delivery("live"));
  queue.push_replay({{delivery("retained").message}, {}});

  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.replay_size(), 1u);
  EXPECT_EQ(queue.front().message->payload(), "retained");
  EXPECT_EQ(queue.pop().message->payload(), "retained");
  EXPECT_EQ(queue.pop().message->payload(), "live");
}

TEST(OutboundQueue, TakesTheOldestThatCountsAndLeavesReplayAlone) {
  OutboundQueue queue;
  queue.push_replay({{delivery("retained").message}, {}});
  queue.push(delivery("1"));
  queue.push(delivery("2"));

  EXPECT_EQ(queue.pop_oldest_counted().message->payload(), "1");

  EXPECT_EQ(queue.replay_size(), 1u);
  EXPECT_EQ(queue.size(), 1u);
}

TEST(OutboundQueue, FiltersInOrder) {
  OutboundQueue queue;
  for (const char* payload : {"1", "2", "3", "4"}) queue.push(delivery(payload));

  queue.filter([](Delivery& one) { return one.message->payload() != "2"; });

  std::string left;
  while (!queue.empty()) left += queue.pop().message->payload();
  EXPECT_EQ(left, "134");
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(OutboundQueue, LetsAFilterTakeWhatItDrops) {
  OutboundQueue queue;
  for (const char* payload : {"1", "2"}) queue.push(delivery(payload));
  std::vector<Delivery> taken;

  queue.filter([&](Delivery& one) {
    taken.push_back(std::move(one));
    return false;
  });

  EXPECT_EQ(taken.size(), 2u);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0u);
}

}  // namespace
}  // namespace sluice::broker
