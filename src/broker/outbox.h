#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "broker/journal.h"
#include "broker/ring_queue.h"
#include "runtime/shard_id.h"

namespace sluice::broker {

struct Core;

/// Messages on their way from one shard to another, exactly once whatever crashes between.
///
/// Two shards commit apart. Would the receiving shard have a QoS 2 message and the sending one not
/// the Packet Identifier of its PUBLISH, a repeat would be delivered twice; the other way round it
/// would be lost. So the sender makes the message durable together with the identifier, and only
/// then sends the letter. The receiver makes durable, together with what the letter brings, how far
/// it has got. After a crash the sender sends again what lies beyond.
///
/// Lives on   one shard, for its letters to all others.
class Outbox {
 public:
  explicit Outbox(Core& core);

  /// What the receiver has to do.
  struct Task {
    bool deliver;
    bool retain;
    bool is_retain_told;  // by a letter sent before: only if that was lost in a crash is it said again
    HomeScope scope;
  };

  /// Sends the message when what has been recorded until now is durable.
  void send(ShardId to, const MessagePtr& message, const Task& task);

  /// Whether a receipt is for a letter from here.
  static bool is_waiter(std::uint64_t waiter) { return (waiter & kWaiterBit) != 0; }
  void on_receipt(ShardId from, std::uint64_t waiter);

  /// On the receiver: the letter has been acted on, and what it brought is recorded here; or it was
  /// passed on, and `on_passed_on` follows when that is durable.
  void on_received(ShardId from, std::uint64_t waiter, bool is_passed_on);
  void on_passed_on(ShardId from, std::uint64_t waiter);
  /// After a restart: all transfers of `key` have been taken up again.
  void on_resumed(const TransferKey& key, const TransferRow& row);

  /// Calls `action` as soon as nothing is on its way.
  void when_empty(std::function<void()> action);

  /// Sequences of this start of the broker are above those of all earlier ones.
  void begin(std::uint32_t start);

 private:
  struct Sent {
    std::uint64_t sequence = 0;
    PageInfo* page = nullptr;
    std::uint64_t waiter = 0;  // see CommitGroups
    bool is_done = false;
  };
  struct Received {
    std::uint64_t last = 0;
    std::set<std::uint64_t> passed_on;
  };

  bool is_empty() const;
  static std::uint64_t sequence_of(std::uint64_t waiter) { return waiter & ~kWaiterBit; }
  void write_received(ShardId from);

  static constexpr std::uint64_t kWaiterBit = std::uint64_t{1} << 62;

  Core& core_;
  std::uint64_t last_sequence_ = 0;
  std::vector<RingQueue<Sent>> sent_;   // by receiver
  std::vector<Received> received_;      // by sender
  std::function<void()> when_empty_;
};

}  // namespace sluice::broker
