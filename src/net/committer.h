#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "net/shard_mail.h"
#include "net/store_counters.h"
#include "storage/engine.h"

namespace sluice::net {

/// Makes durable what the shards post: all that has gathered while the last write was on its way is
/// the next one, so that one sync serves many. No timer decides.
///
/// Lives on   the thread that calls `run`, which may block on the disk.
class Committer {
 public:
  /// How long a failed store is left alone before the batches are tried again.
  static constexpr milliseconds kRetryAfter{500};

  /// engine, mailboxes, counters  borrowed for the life of this
  Committer(storage::Engine& engine, ShardMailboxes& mailboxes, Members members,
            StoreCounters& counters, milliseconds retry_after = kRetryAfter)
      : engine_(engine),
        mailboxes_(mailboxes),
        members_(members),
        counters_(counters),
        retry_after_(retry_after) {}

  /// Until a StopRequest came; what was posted before it is written then, unless the store has
  /// failed.
  void run();

 private:
  void take_mail();
  void write_gathered();
  Result<void> write_timed(const std::vector<storage::Batch>& batches);
  /// False: stopped before it succeeded.
  bool write_until_it_succeeds(const std::vector<storage::Batch>& batches);
  Result<void> restart_and_write(const std::vector<storage::Batch>& batches);
  void wait_to_retry();
  void tell_state(bool is_failed);
  void count(const std::vector<storage::Batch>& written);

  storage::Engine& engine_;
  ShardMailboxes& mailboxes_;
  const Members members_;
  StoreCounters& counters_;
  const milliseconds retry_after_;
  std::vector<storage::Batch> gathered_;
  std::vector<unsigned> from_;  // whose each of them is
  bool is_stopping_ = false;
};

}  // namespace sluice::net
