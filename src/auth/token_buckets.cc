#include "auth/token_buckets.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace sluice::auth {
namespace {

/// Sums of fractions miss whole numbers by a little, which is forgiven: it is less than what the
/// slowest limit, one in a week, gives in a millisecond.
constexpr double kTolerance = 1e-9;

bool has(double tokens, std::uint64_t count) {
  return tokens + kTolerance >= static_cast<double>(count);
}

}  // namespace

TokenBuckets::TokenBuckets(const config::RateLimit& limit, unsigned parts) {
  SLUICE_ASSERT(parts > 0);
  for (const auto& window : limit.windows) {
    const double share = static_cast<double>(window.count) / parts;
    const double capacity = std::max(1.0, share);
    buckets_.push_back({capacity, capacity, share / window.seconds});
  }
}

double TokenBuckets::refilled(const Bucket& bucket, Instant now) const {
  if (!is_started_ || now <= refilled_) return bucket.tokens;
  const std::chrono::duration<double> elapsed = now - refilled_;
  return std::min(bucket.capacity, bucket.tokens + elapsed.count() * bucket.per_second);
}

bool TokenBuckets::try_take(std::uint64_t count, Instant now) {
  for (Bucket& bucket : buckets_) bucket.tokens = refilled(bucket, now);
  refilled_ = is_started_ ? std::max(refilled_, now) : now;
  is_started_ = true;

  const auto has_enough = [&](const Bucket& bucket) { return has(bucket.tokens, count); };
  if (!std::ranges::all_of(buckets_, has_enough)) return false;
  for (Bucket& bucket : buckets_) {
    bucket.tokens = std::max(0.0, bucket.tokens - static_cast<double>(count));
  }
  return true;
}

Instant TokenBuckets::next_chance(std::uint64_t count, Instant now) const {
  Instant chance = now;
  for (const Bucket& bucket : buckets_) {
    if (!has(bucket.capacity, count)) return kNever;
    const double tokens = refilled(bucket, now);
    if (has(tokens, count)) continue;
    const double missing = static_cast<double>(count) - tokens - kTolerance / 2;
    const double wait = missing / bucket.per_second * 1000;
    chance = std::max(chance, now + milliseconds(static_cast<std::int64_t>(std::ceil(wait))));
  }
  return chance;
}

}  // namespace sluice::auth
