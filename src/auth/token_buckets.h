#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "config/rate_limit.h"

namespace sluice::auth {

/// One bucket for each window, full at first, refilled smoothly; all must have what is taken.
/// Without windows there is no limit.
class TokenBuckets {
 public:
  /// parts  shards that share a limit for the whole broker, at least 1: each has an equal part of
  ///        its rate, and of its burst an equal part but at least one
  explicit TokenBuckets(const config::RateLimit& limit, unsigned parts = 1);

  /// Takes `count`, or nothing if some bucket has too few. A time before the last is taken for it.
  bool try_take(std::uint64_t count, Instant now);
  /// When `count` could be taken, at the earliest; `now` if it can be taken already; `kNever` if it
  /// is more than some bucket holds.
  Instant next_chance(std::uint64_t count, Instant now) const;

 private:
  struct Bucket {
    double tokens;
    double capacity;
    double per_second;
  };
  double refilled(const Bucket& bucket, Instant now) const;

  std::vector<Bucket> buckets_;
  Instant refilled_{};
  bool is_started_ = false;
};

}  // namespace sluice::auth
