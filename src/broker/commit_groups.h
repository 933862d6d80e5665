#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "runtime/shard_id.h"

namespace sluice::broker {

struct Core;
class ServerConnection;

/// Acknowledgements that wait until what they promise is durable.
///
/// What a shard records while the last commit is on its way makes up the next commit group. The
/// packets that promise it are held with the group, and leave when the group is done: its records
/// are durable, and the other shards have said so of the letters it sent them. Groups let go in
/// order, so the packets of one connection keep theirs.
///
/// A shard gives the receipt for a letter when the group that was open then is durable and, where
/// acting on the letter meant to send others, when it has the receipts for these. It waits for
/// nothing else, so shards never wait for each other in a circle.
class CommitGroups {
 public:
  using Number = std::uint64_t;
  /// To whom a receipt goes: a group that waits for it, or a letter that was passed on.
  using Waiter = std::uint64_t;

  explicit CommitGroups(Core& core);
  ~CommitGroups();

  /// Sends the packet when the open group is done. `resumes`: the connection is held until then.
  void hold(ServerConnection& connection, ByteView packet, bool resumes = false);
  /// Whether something of `connection` is held, which later acknowledgements must not overtake.
  bool holds(const ServerConnection& connection) const;
  /// Keeps a connection that ended until nothing held refers to it.
  void bury(std::unique_ptr<ServerConnection> connection);

  /// A letter goes out whose receiver has to make something durable; returns to whom the receipt
  /// goes.
  Waiter expect_receipt();
  void on_receipt(Waiter waiter, std::uint32_t count);
  /// Such a letter came from another shard and is acted on between these two calls.
  void begin_letter() { is_in_letter_ = true; }
  void end_letter(ShardId from, Waiter waiter);

  /// Calls `action` when what has been recorded so far is durable, here and where letters took it.
  void when_done(std::function<void()> action) { open_group().actions.push_back(std::move(action)); }
  /// Calls `action` when what has been recorded so far is durable on this shard.
  void when_durable(std::function<void()> action) {
    open_group().durable_actions.push_back(std::move(action));
  }

  /// The turn is over: the open group is committed unless another one is on its way.
  void on_turn_end();
  /// Something came after `on_turn_end` that the next one has to see.
  bool wants_turn() const;
  void on_committed();
  /// Records that nobody waits for have waited long enough.
  void on_tick();

  /// Bytes of the commit on its way.
  std::size_t bytes_under_way() const { return bytes_under_way_; }

 private:
  struct Held {
    ServerConnection* connection;
    bool resumes;
    std::string packets;
  };
  struct Receipt {
    ShardId to;
    Waiter waiter;
    std::uint32_t count;
  };
  /// A letter whose effects went on to other shards.
  struct Relay {
    ShardId to;
    Waiter waiter;
    std::uint32_t awaited;
  };
  struct Group {
    bool is_closed = false;
    bool is_durable = false;
    std::uint32_t receipts_awaited = 0;
    std::uint32_t held_packets = 0;
    Instant first_held{};
    std::vector<Held> held;
    std::vector<Receipt> owed;
    std::vector<Waiter> relays;
    std::vector<std::function<void()>> durable_actions;
    std::vector<std::function<void()>> actions;
    std::vector<std::unique_ptr<ServerConnection>> buried;

    bool is_done() const { return is_closed && is_durable && receipts_awaited == 0; }
    bool is_wanted() const {
      return !held.empty() || !owed.empty() || !relays.empty() || !durable_actions.empty() ||
             !actions.empty() || receipts_awaited > 0;
    }
  };

  static constexpr Waiter kRelayBit = Waiter{1} << 63;

  Group& open_group() { return groups_.back(); }
  Number open_number() const { return first_ + groups_.size() - 1; }
  void close_open_group();
  void become_durable(Group& group);
  void settle(Group& group);
  void count_down(Waiter relay, std::uint32_t count);
  void owe(ShardId to, Waiter waiter);
  void release_done();

  Core& core_;
  std::deque<Group> groups_;  // the last one is open
  Number first_ = 1;          // the number of groups_.front()
  Number under_way_ = 0;      // the group whose commit is; 0 is none
  std::size_t bytes_under_way_ = 0;
  bool is_tick_due_ = false;
  bool is_in_letter_ = false;
  Waiter relay_ = 0;  // of the letter being acted on; 0: it has gone nowhere yet
  boost::unordered_flat_map<Waiter, Relay> relays_;
  Waiter last_relay_ = kRelayBit;
};

}  // namespace sluice::broker
