#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "broker/broker.h"
#include "config/settings.h"
#include "net/handed_over_connection.h"
#include "net/net_counters.h"
#include "runtime/event_loop.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

class Connection;

/// When the time is over that a connection has for what it is at.
class ConnectionDeadline final : public runtime::Timer {
 public:
  explicit ConnectionDeadline(Connection& connection) : connection_(connection) {}

 private:
  void on_due(Instant now) override;  // may destroy this

  Connection& connection_;
};

/// What a connection needs of its shard: the core's events and the shard's tools.
///
/// The core is reached through here rather than directly, so that sockets are tested without it.
class ConnectionHost {
 public:
  virtual broker::ServerConnection* open(broker::Link& link) = 0;
  virtual std::size_t on_bytes(broker::ServerConnection& core, ByteView bytes, bool* alive) = 0;
  virtual void on_drained(broker::ServerConnection& core) = 0;
  virtual void on_lost(broker::ServerConnection& core) = 0;

  virtual void hand_over(ShardId home, std::unique_ptr<HandedOverConnection> connection) = 0;
  /// Calls `Connection::redeliver` in the next turn.
  virtual void redeliver_later(Connection& connection) = 0;
  /// Calls `Connection::read_buffered` in the next turn in which shards read.
  virtual void read_later(Connection& connection) = 0;
  virtual void end_half_open(const PeerAddress& peer) = 0;
  /// The connection has closed its socket; the host destroys it, but not within this call.
  virtual void retire(Connection& connection) = 0;

  runtime::EventLoop* loop = nullptr;
  runtime::TimerWheel* timers = nullptr;
  const config::Settings* settings = nullptr;
  std::span<char> read_buffer;     // of the shard, for the duration of one event
  std::span<char> record_buffer;   // of the shard, for one TLS record that leaves
  Instant now{};                   // of this turn
  bool is_reading_paused = false;  // another shard or the store is behind: take no new work
  NetCounters counters;
  /// Of those few connections that have one.
  boost::unordered_flat_map<const Connection*, std::unique_ptr<ConnectionDeadline>> deadlines;

 protected:
  ConnectionHost() = default;
  ~ConnectionHost() = default;
};

}  // namespace sluice::net
