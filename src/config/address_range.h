#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "config/problem.h"

namespace sluice::config {

/// An IPv6 address, or an IPv4 one as IPv4-mapped IPv6, most significant byte first.
using AddressBytes = std::array<std::uint8_t, 16>;

/// All addresses that share their first bits: 192.0.2.0/24, 2001:db8::/32.
struct AddressRange {
  AddressBytes first{};
  unsigned bits = 128;  // of the mapped form: an IPv4 /24 is 120

  bool contains(const AddressBytes& address) const;
};

/// Reads addresses and ranges separated by commas; an empty text is no range.
tl::expected<std::vector<AddressRange>, Complaint> parse_address_ranges(std::string_view text);

}  // namespace sluice::config
