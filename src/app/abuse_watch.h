#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "auth/block_list.h"
#include "auth/token_buckets.h"
#include "base/time.h"
#include "config/rate_limit.h"
#include "config/settings.h"

namespace sluice::app {

/// Finds addresses that fail to log in, and Clients that connect, more often than
/// `auth.block_after_failures` and `auth.block_flapping` allow.
///
/// Limit  100 000 of each are watched; beyond it all begin anew, which forgives but never blocks
///        somebody wrongly.
class AbuseWatch {
 public:
  /// settings  whose rates were checked when they were read
  explicit AbuseWatch(const config::AuthSettings& settings);

  /// A rate that has changed counts from the beginning.
  void on_settings(const config::AuthSettings& settings);

  /// Whom to block, now that there was one too many; `expires` is the caller's to set.
  std::optional<auth::Block> on_failure(const std::string& address, Instant now);
  std::optional<auth::Block> on_connect(const std::string& client_id, Instant now);

 private:
  /// Counts by name.
  class Rates {
   public:
    explicit Rates(const std::string& rate);
    void set(const std::string& rate);
    /// False: one too many. The next ones count from the beginning.
    bool try_count(const std::string& name, Instant now);

   private:
    std::string text_;
    config::RateLimit limit_;
    std::unordered_map<std::string, auth::TokenBuckets> buckets_;
  };

  Rates failures_;
  Rates connects_;
};

}  // namespace sluice::app
