#include "runtime/mailbox.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace sluice::runtime {
namespace {

std::vector<int> drained(Mailbox<int>& mailbox) {
  std::vector<int> items;
  mailbox.drain([&](int item) { items.push_back(item); });
  return items;
}

TEST(Mailbox, ShowsItemsOnlyOncePublished) {
  Mailbox<int> mailbox(4);
  ASSERT_TRUE(mailbox.try_push(1));
  ASSERT_TRUE(mailbox.try_push(2));

  EXPECT_FALSE(mailbox.has_items());
  EXPECT_TRUE(mailbox.publish());
  EXPECT_TRUE(mailbox.has_items());
  EXPECT_EQ(drained(mailbox), (std::vector{1, 2}));
  EXPECT_FALSE(mailbox.publish());
}

TEST(Mailbox, RefusesBeyondItsCapacityAndLeavesTheItem) {
  Mailbox<std::unique_ptr<int>> mailbox(2);
  ASSERT_TRUE(mailbox.try_push(std::make_unique<int>(1)));
  ASSERT_TRUE(mailbox.try_push(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);

  EXPECT_FALSE(mailbox.try_push(std::move(third)));
  EXPECT_NE(third, nullptr);
  mailbox.publish();
  mailbox.drain([](std::unique_ptr<int>) {});
  EXPECT_TRUE(mailbox.try_push(std::move(third)));
}

TEST(Mailbox, DestroysWhatNobodyConsumed) {
  auto shared = std::make_shared<int>(1);
  {
    Mailbox<std::shared_ptr<int>> mailbox(4);
    ASSERT_TRUE(mailbox.try_push(std::shared_ptr<int>(shared)));
    mailbox.publish();
    ASSERT_TRUE(mailbox.try_push(std::shared_ptr<int>(shared)));
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Mailbox, CarriesAllItemsInOrderBetweenTwoThreads) {
  constexpr std::uint64_t kItems = 200'000;
  Mailbox<std::uint64_t> mailbox(256);
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < kItems;) {
      if (mailbox.try_push(std::uint64_t{i})) ++i;
      if (i % 17 == 0) mailbox.publish();
      if (mailbox.publish()) std::this_thread::yield();
    }
    mailbox.publish();
  });

  std::uint64_t expected = 0;
  bool ordered = true;
  while (expected < kItems) {
    mailbox.drain([&](std::uint64_t item) { ordered = ordered && item == expected++; });
    std::this_thread::yield();
  }
  producer.join();

  EXPECT_TRUE(ordered);
}

}  // namespace
}  // namespace sluice::runtime
