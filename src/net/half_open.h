#pragma once

#include <cstdint>
#include <unordered_map>

#include "net/peer_address.h"

namespace sluice::net {

/// Counts, per address, the sockets of one shard that have no CONNACK yet.
///
/// Limit  limits.half_open_per_address_max; 0 is no limit. Beyond it `try_add` refuses.
class HalfOpenSockets {
 public:
  explicit HalfOpenSockets(std::uint32_t per_address_max) : max_(per_address_max) {}

  /// Sockets that came while there was no limit are not counted.
  void set_max(std::uint32_t per_address_max) { max_ = per_address_max; }

  bool try_add(const PeerAddress& address) {
    if (max_ == 0) return true;
    std::uint32_t& count = counts_[address];
    if (count >= max_) return false;
    ++count;
    return true;
  }

  /// For a connection that another shard has let in already.
  void add(const PeerAddress& address) {
    if (max_ != 0) ++counts_[address];
  }

  void remove(const PeerAddress& address) {
    const auto found = counts_.find(address);
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
  }

 private:
  std::uint32_t max_;
  std::unordered_map<PeerAddress, std::uint32_t, PeerAddress::Hash> counts_;
};

}  // namespace sluice::net
