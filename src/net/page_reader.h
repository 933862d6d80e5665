#pragma once

#include <vector>

#include "base/log_limits.h"
#include "net/shard_mail.h"
#include "net/store_counters.h"
#include "storage/engine.h"

namespace sluice::net {

/// Reads pages of the store for the shards.
///
/// A page that is not there, or damaged, is answered at once. One that cannot be read is tried
/// again: while the store is failed for as long as that lasts, as what was acknowledged must not be
/// given up because a disk is full; else kTriesMax times, then it counts as lost.
///
/// Lives on   the thread that calls `run`, which may block on the disk.
class PageReader {
 public:
  /// How long a page that could not be read is left alone.
  static constexpr milliseconds kRetryAfter{500};

  /// engine, mailboxes, counters  borrowed for the life of this
  PageReader(storage::Engine& engine, ShardMailboxes& mailboxes, Members members,
             StoreCounters& counters, milliseconds retry_after = kRetryAfter)
      : engine_(engine),
        mailboxes_(mailboxes),
        members_(members),
        counters_(counters),
        retry_after_(retry_after) {}

  /// Until a StopRequest came.
  void run();

  static constexpr unsigned kTriesMax = 10;

 private:
  struct Request {
    unsigned from;
    storage::PageId id;
    unsigned tries = 0;
  };

  milliseconds time_to_wait() const;
  void take_mail();
  void retry_due();
  void read_all();
  /// False: to be tried again.
  bool read(Request& request);
  void answer(const Request& request, std::optional<std::string> bytes);

  storage::Engine& engine_;
  ShardMailboxes& mailboxes_;
  const Members members_;
  StoreCounters& counters_;
  const milliseconds retry_after_;
  std::vector<Request> requests_;
  std::vector<Request> to_retry_;
  Instant retry_at_ = kNever;
  bool is_store_failed_ = false;
  bool is_stopping_ = false;
  log::RateLimiter failure_lines_{1};
};

}  // namespace sluice::net
