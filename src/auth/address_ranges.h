#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/result.h"

namespace sluice::auth {

/// An IP address. IPv4 is kept as IPv4-mapped IPv6, so that 192.0.2.1 and ::ffff:192.0.2.1 are one.
class Address {
 public:
  /// Nothing for what is no address. A zone (fe80::1%eth0) is left out.
  static std::optional<Address> parse(std::string_view text);

  /// As RFC 5952 writes it; IPv4 with dots.
  std::string text() const;
  bool is_v4() const;
  /// With all bits behind the first `bits` zero; 0..128.
  Address prefix(unsigned bits) const;

  bool operator==(const Address&) const = default;
  struct Hash {
    std::size_t operator()(const Address& address) const {
      return hash_bytes({reinterpret_cast<const char*>(address.bytes_.data()), kSize});
    }
  };

 private:
  static constexpr std::size_t kSize = 16;
  std::array<std::uint8_t, kSize> bytes_{};
};

/// An address or a range of them, 192.0.2.0/24.
struct AddressRange {
  Address first;
  unsigned bits = 128;  // of the IPv6 address

  /// errors  no address, a length that is none, a first address with bits behind the prefix
  static Result<AddressRange> parse(std::string_view text);
};

/// Ranges by which values are found. The time to look up grows with the number of different
/// lengths, at most 129, not with that of ranges.
template <class Value>
class AddressRanges {
 public:
  /// The value of exactly this range, made if it is not here yet.
  Value& operator[](const AddressRange& range) { return by_bits_[range.bits][range.first]; }

  /// Calls `visit` with the values of the ranges that hold `address`, the largest range first. An
  /// IPv4 address is in ranges of IPv4 only, though ::/0 has it as a number.
  template <class Visit>
  void visit(const Address& address, const Visit& visit) const {
    for (const auto& [bits, values] : by_bits_) {
      if (address.is_v4() && bits < kMappedBits) continue;
      const auto found = values.find(address.prefix(bits));
      if (found != values.end()) visit(found->second);
    }
  }

 private:
  static constexpr unsigned kMappedBits = 96;  // of ::ffff:0:0/96, which is IPv4
  std::map<unsigned, std::unordered_map<Address, Value, Address::Hash>> by_bits_;
};

}  // namespace sluice::auth
