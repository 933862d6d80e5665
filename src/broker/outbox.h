#pragma once

#include <cstdint>
#include <functional>
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
/// it has got. After a crash the sender sends again what lies beyond. What has to go on to a third
/// shard goes through the receiver's own outbox.
///
/// Lives on   one shard, for its letters to all others.
class Outbox {
 public:
  explicit Outbox(Core& core);

  /// When what has been recorded until now is durable, `post` sends the letter with the message and
  /// this waiter. `transfer` says what it means, so that it can be said again after a crash; its
  /// addresses are filled in.
  void send(ShardId to, const MessagePtr& message, StoredTransfer transfer,
            std::function<void(std::uint64_t waiter)> post);

  /// Posts a letter that nothing has to be made durable for, but behind those that wait for it: of
  /// one publisher's messages the first may have met a persistent Session there, the next one not.
  void send_behind(ShardId to, std::function<void()> post);

  /// Whether a receipt is for a letter from here.
  static bool is_waiter(std::uint64_t waiter) { return (waiter & kWaiterBit) != 0; }
  void on_receipt(ShardId from, std::uint64_t waiter);

  /// On the receiver: the letter has been acted on, and what it brought is recorded here.
  void on_received(ShardId from, std::uint64_t waiter);
  /// The transfers of `key` until `last` are over.
  void note_arrived(const TransferKey& key, std::uint64_t last);

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

  bool is_empty() const;
  void post_when_durable(ShardId to, std::function<void()> post);
  static std::uint64_t sequence_of(std::uint64_t waiter) { return waiter & ~kWaiterBit; }

  static constexpr std::uint64_t kWaiterBit = std::uint64_t{1} << 62;

  Core& core_;
  std::uint64_t last_sequence_ = 0;
  std::vector<RingQueue<Sent>> sent_;    // by receiver
  std::vector<std::uint32_t> unposted_;  // letters not posted yet, by receiver
  std::function<void()> when_empty_;
};

}  // namespace sluice::broker
