#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "config/rate_limit.h"

namespace sluice::auth {

/// One bucket for each window, full at first, refilled smoothly; all must have what is taken.
class TokenBuckets {
 public:
  /// parts  shards that share a limit for the whole broker, each an equal part of at least one
  explicit TokenBuckets(const config::RateLimit& limit, unsigned parts = 1);

  /// Takes `count`, or nothing if some bucket has too few.
  bool try_take(std::uint64_t count, Instant now);
  /// When `count` could be taken, at the earliest; `now` if it can be taken already.
  Instant next_chance(std::uint64_t count, Instant now) const;

 private:
  struct Bucket {
    double tokens;
    double capacity;
    double per_second;
  };
  void refill(Instant now);
  std::vector<Bucket> buckets_;
  Instant refilled_{};
  bool is_started_ = false;
};

}  // namespace sluice::auth
