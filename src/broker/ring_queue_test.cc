#include "broker/ring_queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

namespace sluice::broker {
namespace {

TEST(RingQueue, IsFirstInFirstOut) {
  RingQueue<std::string> queue;
  for (const char* item : {"1", "2", "3", "4", "5"}) queue.push_back(item);

  EXPECT_EQ(queue.size(), 5u);
  EXPECT_EQ(queue.front(), "1");
  EXPECT_EQ(queue.back(), "5");
  EXPECT_EQ(queue[2], "3");
  for (const char* item : {"1", "2", "3", "4", "5"}) EXPECT_EQ(queue.pop_front(), item);
  EXPECT_TRUE(queue.empty());
}

TEST(RingQueue, AgreesWithADequeThroughManyRandomSteps) {
  std::mt19937 random(1);
  RingQueue<std::string> queue;
  std::deque<std::string> model;
  for (int step = 0; step < 20'000; ++step) {
    const bool grows = step / 1000 % 2 == 0;
    if (model.empty() || random() % 10 < (grows ? 7u : 3u)) {
      queue.push_back(std::to_string(step));
      model.push_back(std::to_string(step));
    } else {
      ASSERT_EQ(queue.pop_front(), model.front());
      model.pop_front();
    }
    ASSERT_EQ(queue.size(), model.size());
    if (!model.empty()) {
      const std::size_t index = random() % model.size();
      ASSERT_EQ(queue[index], model[index]);
    }
    queue.shrink_if_empty();
  }
}

TEST(RingQueue, CanBeUsedAfterItWasMovedOrCleared) {
  RingQueue<std::string> queue;
  queue.push_back("1");
  RingQueue<std::string> other = std::move(queue);

  EXPECT_EQ(other.front(), "1");
  other.clear();
  EXPECT_TRUE(other.empty());
  other.push_back("2");
  EXPECT_EQ(other.pop_front(), "2");
}

TEST(RingQueue, ReleasesWhatItPops) {
  const auto item = std::make_shared<int>(1);
  RingQueue<std::shared_ptr<int>> queue;
  queue.push_back(std::shared_ptr<int>(item));

  queue.pop_front();

  EXPECT_EQ(item.use_count(), 1);
}

}  // namespace
}  // namespace sluice::broker
