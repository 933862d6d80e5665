#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace sluice::net {

/// An IP address without port; IPv4 is held as IPv4-mapped IPv6, so that both are one key.
class PeerAddress {
 public:
  PeerAddress() = default;
  static PeerAddress from(const sockaddr_storage& socket_address);

  /// "192.0.2.1", "2001:db8::1".
  std::string to_string() const;

  bool operator==(const PeerAddress&) const = default;

  struct Hash {
    std::size_t operator()(const PeerAddress& address) const {
      return hash_bytes({reinterpret_cast<const char*>(address.bytes_.data()), 16});
    }
  };

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace sluice::net
