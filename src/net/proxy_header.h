#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/peer_address.h"

namespace sluice::net {

/// Longer headers are refused: a proxy's own data is short, and nobody has been believed yet.
inline constexpr std::size_t kProxyHeaderMax = 4096;  // bytes
inline constexpr std::size_t kProxyHeaderV1Max = 107;

enum class ProxyHeaderStatus : std::uint8_t {
  Incomplete,  // all of it may belong to a header
  Complete,
  Malformed,
};

/// What a proxy says of the connection that follows.
struct ProxyHeader {
  std::size_t size = 0;  // bytes of the header; what follows is the Client's
  /// None for UNKNOWN, LOCAL (the proxy speaks for itself) and addresses that are no IP: the
  /// socket's own address holds.
  std::optional<PeerAddress> source;
};

/// Looks for a whole header of version 1 or 2 at the front of `in`. Extensions (TLVs) are skipped.
///
/// spec  The PROXY protocol, versions 1 & 2 (haproxy.org)
ProxyHeaderStatus parse_proxy_header(ByteView in, ProxyHeader* header);

}  // namespace sluice::net
