#pragma once

#include "auth/token_buckets.h"
#include "base/time.h"
#include "config/settings.h"

namespace sluice::broker {

/// Rates of one Client's messages.
struct ClientRates {
  auth::TokenBuckets incoming;
  auth::TokenBuckets incoming_bytes;
  auth::TokenBuckets outgoing;
};

/// The rates that are configured, and the buckets of those that hold for the whole broker, of which
/// each shard has an equal part: exact in the long run if Clients are spread, and no shared count.
class RateLimits {
 public:
  RateLimits(const config::RateLimitSettings& settings, unsigned shards);

  bool is_any_on() const { return limits_clients_ || is_total_on_ || is_stored_on_; }
  bool limits_clients() const { return limits_clients_; }
  ClientRates make_client_rates() const { return {incoming_, incoming_bytes_, outgoing_}; }

  /// Whether the broker may take or send one message more.
  bool try_take_total(Instant now) { return !is_total_on_ || total_.try_take(1, now); }
  /// Whether one more message may be stored for a DEVICE.
  bool try_store(Instant now) { return !is_stored_on_ || stored_.try_take(1, now); }

 private:
  auth::TokenBuckets incoming_;
  auth::TokenBuckets incoming_bytes_;
  auth::TokenBuckets outgoing_;
  auth::TokenBuckets total_;
  auth::TokenBuckets stored_;
  bool limits_clients_;
  bool is_total_on_;
  bool is_stored_on_;
};

}  // namespace sluice::broker
