#pragma once

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/token_buckets.h"
#include "base/time.h"
#include "config/rate_limit.h"

namespace sluice::admin {

/// Bounds the requests of each name (an address, a token).
///
/// Limits  kNamesMax names; the one that asked longest ago is forgotten first.
class Throttle {
 public:
  static constexpr std::size_t kNamesMax = 10'000;

  explicit Throttle(config::RateLimit limit) : limit_(std::move(limit)) {}

  /// All begin anew.
  void set_limit(config::RateLimit limit) {
    limit_ = std::move(limit);
    by_name_.clear();
    order_.clear();
  }

  /// Takes one request, or says after how long to try again (at least a second).
  std::optional<seconds> take(std::string_view name, Instant now);

 private:
  struct Entry {
    std::string name;
    auth::TokenBuckets buckets;
  };

  Entry& find_or_add(std::string_view name);

  config::RateLimit limit_;
  std::list<Entry> order_;  // the one that asked last at the end
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
};

}  // namespace sluice::admin
