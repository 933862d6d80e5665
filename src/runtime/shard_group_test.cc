#include "runtime/shard_group.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <cstdint>
#include <thread>
#include <vector>

namespace sluice::runtime {
namespace {

using Group = ShardGroup<std::uint64_t>;

bool is_readable(int fd) {
  pollfd descriptor{fd, POLLIN, 0};
  return ::poll(&descriptor, 1, 0) == 1;
}

std::vector<std::uint64_t> drained(Group& group, unsigned self) {
  std::vector<std::uint64_t> mails;
  group.drain(self, [&](unsigned, std::uint64_t mail) { mails.push_back(mail); });
  return mails;
}

TEST(ShardGroup, KeepsOrderThroughAnOverflow) {
  auto group = *Group::make(2, 4);
  for (std::uint64_t i = 0; i < 10; ++i) group->post(0, 1, i);
  EXPECT_TRUE(group->has_overflow(0));

  std::vector<std::uint64_t> received;
  for (int turn = 0; turn < 3; ++turn) {
    group->publish(0);
    for (const auto mail : drained(*group, 1)) received.push_back(mail);
  }

  EXPECT_FALSE(group->has_overflow(0));
  EXPECT_EQ(received, (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(ShardGroup, WritesTheEventfdOnlyForASleeper) {
  auto group = *Group::make(2);
  group->post(0, 1, 1);
  group->publish(0);
  EXPECT_FALSE(is_readable(group->wake_fd(1)));
  EXPECT_FALSE(group->try_sleep(1));
  drained(*group, 1);

  ASSERT_TRUE(group->try_sleep(1));
  group->post(0, 1, 2);
  group->publish(0);

  EXPECT_TRUE(is_readable(group->wake_fd(1)));
  group->awake(1);
  group->clear_wake(1);
  EXPECT_FALSE(is_readable(group->wake_fd(1)));
}

TEST(ShardGroup, MailToItselfArrivesInTheNextTurn) {
  auto group = *Group::make(1);
  group->post(0, 0, 7);
  group->publish(0);

  EXPECT_FALSE(group->try_sleep(0));
  EXPECT_EQ(drained(*group, 0), (std::vector<std::uint64_t>{7}));
}

/// What one member of the storm below sends to each other and counts.
struct Storm {
  static constexpr unsigned kMembers = 3;
  static constexpr std::uint64_t kMails = 20'000;
  Group& group;
  unsigned self;
  std::array<std::uint64_t, kMembers> next{};
  std::uint64_t received = 0;
  bool ordered = true;

  void turn(std::uint64_t& sent) {
    group.drain(self, [&](unsigned from, std::uint64_t mail) {
      ordered = ordered && mail == next[from]++;
      ++received;
    });
    for (int burst = 0; burst < 50 && sent < kMails && !group.has_overflow(self); ++burst, ++sent) {
      for (unsigned to = 0; to < kMembers; ++to) {
        if (to != self) group.post(self, to, sent);
      }
    }
    group.publish(self);
  }

  void run() {
    std::uint64_t sent = 0;
    while (sent < kMails || received < kMails * (kMembers - 1) || group.has_overflow(self)) {
      turn(sent);
      const bool idle = sent == kMails && !group.has_overflow(self);
      if (!idle || received == kMails * (kMembers - 1)) continue;
      if (!group.try_sleep(self)) continue;
      // Without a limit: a lost wake-up would hang the test rather than slow it down.
      pollfd descriptor{group.wake_fd(self), POLLIN, 0};
      ::poll(&descriptor, 1, -1);
      group.awake(self);
      group.clear_wake(self);
    }
  }
};

TEST(ShardGroup, LosesNoMailAndNoWakeUpBetweenThreads) {
  auto group = *Group::make(Storm::kMembers, 64);
  std::vector<Storm> storms;
  for (unsigned i = 0; i < Storm::kMembers; ++i) storms.push_back(Storm{*group, i});
  std::vector<std::thread> threads;
  for (Storm& storm : storms) threads.emplace_back([&storm] { storm.run(); });
  for (std::thread& thread : threads) thread.join();

  for (const Storm& storm : storms) EXPECT_TRUE(storm.ordered);
}

}  // namespace
}  // namespace sluice::runtime
