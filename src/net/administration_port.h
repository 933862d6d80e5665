#pragma once

#include <atomic>
#include <functional>

#include "base/result.h"
#include "net/shard_mail.h"

namespace sluice::net {

/// How the administration reaches the cores of the shards.
///
/// Lives on   one thread of its own, which waits meanwhile; only between the server's start and
/// stop.
class AdministrationPort {
 public:
  /// has_handshaker  there is a thread for TLS
  /// is_running      borrowed: the threads answer
  AdministrationPort(ShardMailboxes& mailboxes, Members members, bool has_handshaker,
                     const std::atomic<bool>& is_running)
      : mailboxes_(mailboxes),
        members_(members),
        has_handshaker_(has_handshaker),
        is_running_(is_running) {}

  /// Runs `task` on every shard, on all at the same time: it gets the core, its number and what to
  /// call when it is done, at once or in a later turn. Returns when all are done.
  ///
  /// errors  the broker is starting; no answer within 30 s: a shard is stuck, or the broker stops.
  /// The task may still run, so
  ///         it owns, or shares, all that it refers to; each shard may write to a place of its own.
  using Task = std::function<void(broker::Broker&, unsigned shard, std::function<void()> done)>;
  Result<void> run_on_all(const Task& task);

  /// Gives every thread of the server these settings, each a copy of its own; returns when they
  /// hold on all.
  /// errors  as above: they will hold when the shard turns again
  Result<void> change_settings(const config::Settings& settings);

  unsigned shards() const { return members_.shards; }

 private:
  Result<void> await(unsigned answers);

  ShardMailboxes& mailboxes_;
  const Members members_;
  const bool has_handshaker_;
  const std::atomic<bool>& is_running_;
  unsigned late_ = 0;  // answers to calls that were given up
};

}  // namespace sluice::net
