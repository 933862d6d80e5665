#pragma once

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
  AdministrationPort(ShardMailboxes& mailboxes, Members members)
      : mailboxes_(mailboxes), members_(members) {}

  /// Runs `task` on every shard, on all at the same time: it gets the core, its number and what to
  /// call when it is done, at once or in a later turn. Returns when all are done.
  ///
  /// errors  no answer within 30 s: a shard is stuck, or the broker stops. The task may still run, so
  ///         it owns, or shares, all that it refers to; each shard may write to a place of its own.
  using Task = std::function<void(broker::Broker&, unsigned shard, std::function<void()> done)>;
  Result<void> run_on_all(const Task& task);

  unsigned shards() const { return members_.shards; }

 private:
  ShardMailboxes& mailboxes_;
  const Members members_;
  unsigned late_ = 0;  // answers to calls that were given up
};

}  // namespace sluice::net
