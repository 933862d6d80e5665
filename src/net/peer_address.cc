#include "net/peer_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sluice::net {

namespace {

constexpr config::AddressBytes kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::size_t kMappedPrefixSize = 12;

}  // namespace

PeerAddress PeerAddress::from(const sockaddr_storage& socket_address) {
  PeerAddress address;
  if (socket_address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(socket_address);
    address = from_v6({reinterpret_cast<const char*>(&v6.sin6_addr), 16});
  } else if (socket_address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(socket_address);
    address = from_v4({reinterpret_cast<const char*>(&v4.sin_addr), 4});
  }
  return address;
}

PeerAddress PeerAddress::from_v4(ByteView bytes) {
  PeerAddress address;
  address.bytes_ = kMappedPrefix;
  std::memcpy(address.bytes_.data() + kMappedPrefixSize, bytes.data(), 4);
  return address;
}

PeerAddress PeerAddress::from_v6(ByteView bytes) {
  PeerAddress address;
  std::memcpy(address.bytes_.data(), bytes.data(), 16);
  return address;
}

std::optional<PeerAddress> PeerAddress::parse(std::string_view text, bool is_v6) {
  std::array<char, sizeof(in6_addr)> bytes;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  if (::inet_pton(is_v6 ? AF_INET6 : AF_INET, terminated.c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  return is_v6 ? from_v6({bytes.data(), 16}) : from_v4({bytes.data(), 4});
}

std::string PeerAddress::to_string() const {
  const bool is_v4 =
      std::equal(kMappedPrefix.begin(), kMappedPrefix.begin() + kMappedPrefixSize, bytes_.begin());
  char text[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes_.data() + (is_v4 ? 12 : 0), text, sizeof text);
  return text;
}

}  // namespace sluice::net
