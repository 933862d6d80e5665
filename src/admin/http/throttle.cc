#include "admin/http/throttle.h"

#include <algorithm>

namespace sluice::admin {

std::optional<seconds> Throttle::take(std::string_view name, Instant now) {
  if (!limit_.is_on()) return std::nullopt;
  auth::TokenBuckets& buckets = find_or_add(name).buckets;
  if (buckets.try_take(1, now)) return std::nullopt;
  const auto wait = std::chrono::ceil<seconds>(buckets.next_chance(1, now) - now);
  return std::max(wait, seconds{1});
}

Throttle::Entry& Throttle::find_or_add(std::string_view name) {
  const auto found = by_name_.find(std::string(name));
  if (found != by_name_.end()) {
    order_.splice(order_.end(), order_, found->second);
    return order_.back();
  }
  if (order_.size() == kNamesMax) {
    by_name_.erase(order_.front().name);
    order_.pop_front();
  }
  order_.push_back(Entry{std::string(name), auth::TokenBuckets(limit_)});
  by_name_.emplace(std::string(name), std::prev(order_.end()));
  return order_.back();
}

}  // namespace sluice::admin
