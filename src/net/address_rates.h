#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

#include "auth/token_buckets.h"
#include "config/rate_limit.h"
#include "net/peer_address.h"

namespace sluice::net {

/// A rate of new connections for each address.
///
/// Limit  kAddressesMax addresses; beyond it the one that was seen longest ago is forgotten, whose
///        buckets have filled up most.
class AddressRates {
 public:
  AddressRates(const config::RateLimit& limit, unsigned parts) : limit_(limit), parts_(parts) {}

  /// All begin anew.
  void set_limit(const config::RateLimit& limit) {
    limit_ = limit;
    places_.clear();
    recent_.clear();
  }

  bool try_take(const PeerAddress& address, Instant now) {
    if (!limit_.is_on()) return true;
    const auto found = places_.find(address);
    if (found != places_.end()) {
      recent_.splice(recent_.begin(), recent_, found->second);
    } else {
      make_room();
      recent_.emplace_front(address, auth::TokenBuckets(limit_, parts_));
      places_.emplace(address, recent_.begin());
    }
    return recent_.front().second.try_take(1, now);
  }

  std::size_t size() const { return places_.size(); }

  static constexpr std::size_t kAddressesMax = 16 * 1024;

 private:
  using Entries = std::list<std::pair<PeerAddress, auth::TokenBuckets>>;

  void make_room() {
    if (places_.size() < kAddressesMax) return;
    places_.erase(recent_.back().first);
    recent_.pop_back();
  }

  config::RateLimit limit_;
  const unsigned parts_;
  Entries recent_;  // the last one seen first
  std::unordered_map<PeerAddress, Entries::iterator, PeerAddress::Hash> places_;
};

}  // namespace sluice::net
