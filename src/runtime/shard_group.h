#pragma once

#include <sys/eventfd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/assert.h"
#include "base/result.h"
#include "runtime/file_descriptor.h"
#include "runtime/mailbox.h"
#include "runtime/shard_id.h"

namespace sluice::runtime {

/// How threads with an event loop each send mail to each other: a ring per ordered pair, drained
/// once per turn, and an eventfd per member that is written only when its owner sleeps.
///
/// Members    0 .. members - 1, one thread each; functions that take `self` are called by that
/// thread. Order      mail of one pair arrives in the order it was posted. Overflow   `post` never
/// blocks: what a full ring does not take waits with the producer, and goes out
///            with its next `publish` calls. While `has_overflow` the producer should take no new
///            work.
template <class Mail>
class ShardGroup {
 public:
  static constexpr std::size_t kRingCapacity = 4096;  // mails

  static Result<std::unique_ptr<ShardGroup>> make(unsigned members,
                                                  std::size_t ring_capacity = kRingCapacity) {
    std::unique_ptr<ShardGroup> group(new ShardGroup(members, ring_capacity));
    for (const auto& member : group->members_) {
      if (!member->wake) return failure("cannot make an eventfd: no descriptor left");
    }
    return group;
  }

  unsigned members() const { return static_cast<unsigned>(members_.size()); }
  /// Becomes readable when mail came while `self` slept; whoever sees that calls `clear_wake`.
  int wake_fd(unsigned self) const { return members_[self]->wake.get(); }
  void clear_wake(unsigned self) {
    eventfd_t ignored = 0;
    ::eventfd_read(members_[self]->wake.get(), &ignored);
  }

  void post(unsigned self, unsigned to, Mail mail) {
    Lane& lane = lane_between(self, to);
    if (lane.overflow.empty() && lane.ring.try_push(std::move(mail))) return;
    lane.overflow.push_back(std::move(mail));
    ++members_[self]->overflowing;
  }

  bool has_overflow(unsigned self) const { return members_[self]->overflowing > 0; }

  /// Shows all posted mail to its receivers and wakes those that sleep. Once per turn.
  void publish(unsigned self) {
    for (unsigned to = 0; to < members(); ++to) {
      Lane& lane = lane_between(self, to);
      if (!lane.overflow.empty()) refill(*members_[self], lane);
      if (lane.ring.publish() && to != self) wake_if_asleep(*members_[to]);
    }
  }

  /// Hands all mail that has come to `consume(unsigned from, Mail)`.
  template <class Consumer>
  void drain(unsigned self, Consumer&& consume) {
    for (unsigned from = 0; from < members(); ++from) {
      lane_between(from, self).ring.drain([&](Mail&& mail) { consume(from, std::move(mail)); });
    }
  }

  /// Announces that `self` is about to wait on its wake_fd. False: mail is there, do not wait.
  ///
  /// The flag is stored before the rings are looked at, and a producer publishes before it looks at
  /// the flag, all four sequentially consistent: at least one of the two sees the other.
  bool try_sleep(unsigned self) {
    Member& member = *members_[self];
    member.asleep.store(true, std::memory_order_seq_cst);
    for (unsigned from = 0; from < members(); ++from) {
      if (!lane_between(from, self).ring.has_items()) continue;
      awake(self);
      return false;
    }
    return true;
  }

  /// Ends what `try_sleep` began.
  void awake(unsigned self) { members_[self]->asleep.store(false, std::memory_order_relaxed); }

 private:
  struct Lane {
    explicit Lane(std::size_t capacity) : ring(capacity) {}
    Mailbox<Mail> ring;
    std::deque<Mail> overflow;  // the producer's
  };

  struct alignas(64) Member {
    FileDescriptor wake{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    std::size_t overflowing = 0;  // mails of this member that wait for room
    alignas(64) std::atomic<bool> asleep{false};
  };

  ShardGroup(unsigned members, std::size_t ring_capacity) {
    for (unsigned i = 0; i < members; ++i) members_.push_back(std::make_unique<Member>());
    for (unsigned i = 0; i < members * members; ++i) {
      lanes_.push_back(std::make_unique<Lane>(ring_capacity));
    }
  }

  Lane& lane_between(unsigned from, unsigned to) { return *lanes_[from * members_.size() + to]; }

  static void refill(Member& producer, Lane& lane) {
    while (!lane.overflow.empty() && lane.ring.try_push(std::move(lane.overflow.front()))) {
      lane.overflow.pop_front();
      --producer.overflowing;
    }
  }

  static void wake_if_asleep(Member& member) {
    if (!member.asleep.load(std::memory_order_seq_cst)) return;
    // Only the one that takes the flag down writes, so that a burst costs one system call.
    if (!member.asleep.exchange(false, std::memory_order_acq_rel)) return;
    SLUICE_ASSERT(::eventfd_write(member.wake.get(), 1) == 0);
  }

  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace sluice::runtime
