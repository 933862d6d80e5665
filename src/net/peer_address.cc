#include "net/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace sluice::net {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

PeerAddress PeerAddress::from(const sockaddr_storage& socket_address) {
  PeerAddress address;
  if (socket_address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(socket_address);
    std::memcpy(address.bytes_.data(), &v6.sin6_addr, 16);
  } else if (socket_address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(socket_address);
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
    std::memcpy(address.bytes_.data() + 12, &v4.sin_addr, 4);
  }
  return address;
}

std::string PeerAddress::to_string() const {
  const bool is_v4 = std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes_.data() + (is_v4 ? 12 : 0), text, sizeof text);
  return text;
}

}  // namespace sluice::net
