#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "config/address_range.h"

namespace sluice::net {

/// An IP address without port; IPv4 is held as IPv4-mapped IPv6, so that both are one key.
class PeerAddress {
 public:
  PeerAddress() = default;
  static PeerAddress from(const sockaddr_storage& socket_address);
  /// 4 or 16 bytes as they stand on the wire.
  static PeerAddress from_v4(ByteView bytes);
  static PeerAddress from_v6(ByteView bytes);
  /// Nullopt if `text` is no address of that family.
  static std::optional<PeerAddress> parse(std::string_view text, bool is_v6);

  /// "192.0.2.1", "2001:db8::1".
  std::string to_string() const;

  const config::AddressBytes& bytes() const { return bytes_; }

  bool operator==(const PeerAddress&) const = default;

  struct Hash {
    std::size_t operator()(const PeerAddress& address) const {
      return hash_bytes({reinterpret_cast<const char*>(address.bytes_.data()), 16});
    }
  };

 private:
  config::AddressBytes bytes_{};
};

}  // namespace sluice::net
