#include "providers/address_guard.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace sluice::providers {

namespace {

struct Range {
  std::uint32_t network;
  unsigned bits;
};

constexpr std::array<Range, 9> kRefused{{
    {0x00000000, 8},   // 0.0.0.0/8: "this host"
    {0x7F000000, 8},   // 127.0.0.0/8: loopback
    {0xA9FE0000, 16},  // 169.254.0.0/16: link-local, most clouds' metadata
    {0x646464C8, 32},  // 100.100.100.200: Alibaba Cloud's metadata
    {0xA83F8110, 32},  // 168.63.129.16: Azure's agent
    {0xC0000000, 24},  // 192.0.0.0/24: IETF protocols; 192.0.0.192 is Oracle Cloud's metadata
    {0xE0000000, 4},   // 224.0.0.0/4: multicast
    {0xF0000000, 4},   // 240.0.0.0/4: reserved, broadcast
    {0xC0586300, 24},  // 192.88.99.0/24: 6to4 relays
}};

bool is_v4_refused(std::uint32_t address) {
  return std::any_of(kRefused.begin(), kRefused.end(), [address](const Range& range) {
    return (address ^ range.network) >> (32 - range.bits) == 0;
  });
}

using Bytes = std::array<std::uint8_t, 16>;

std::uint32_t v4_at(const Bytes& bytes, std::size_t offset) {
  return static_cast<std::uint32_t>(bytes[offset]) << 24 |
         static_cast<std::uint32_t>(bytes[offset + 1]) << 16 |
         static_cast<std::uint32_t>(bytes[offset + 2]) << 8 | bytes[offset + 3];
}

bool starts_with(const Bytes& bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_v6_refused(const Bytes& bytes) {
  // The unspecified address, loopback, and IPv4 as it was first written within IPv6: ::/96.
  if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) return true;
  const bool is_mapped = starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF});
  const bool is_translated = starts_with(bytes, {0, 0x64, 0xFF, 0x9B});  // NAT64
  if (is_mapped || is_translated) return is_v4_refused(v4_at(bytes, 12));
  if (starts_with(bytes, {0x20, 0x02})) return is_v4_refused(v4_at(bytes, 2));  // 6to4
  const bool is_link_local = bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
  const bool is_multicast = bytes[0] == 0xFF;
  // fd00:ec2::254: Amazon's metadata.
  const bool is_metadata = starts_with(bytes, {0xFD, 0x00, 0x0E, 0xC2});
  return is_link_local || is_multicast || is_metadata;
}

}  // namespace

bool is_public_enough(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    return !is_v4_refused(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    Bytes bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return !is_v6_refused(bytes);
  }
  return false;
}

}  // namespace sluice::providers
