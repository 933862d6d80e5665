#include "auth/address_ranges.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sluice::auth {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kBitsMax = 128;
constexpr unsigned kV4BitsMax = 32;

std::optional<unsigned> parse_bits(std::string_view text, unsigned max) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size() || bits > max) return std::nullopt;
  return bits;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  const std::string plain(text.substr(0, text.find('%')));
  if (plain.find('\0') != std::string::npos) return std::nullopt;  // inet_pton would stop there
  Address address;
  if (inet_pton(AF_INET6, plain.c_str(), address.bytes_.data()) == 1) return address;
  std::ranges::copy(kMapped, address.bytes_.begin());
  if (inet_pton(AF_INET, plain.c_str(), address.bytes_.data() + kMapped.size()) == 1) {
    return address;
  }
  return std::nullopt;
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = is_v4() ? AF_INET : AF_INET6;
  const std::uint8_t* bytes = bytes_.data() + (is_v4() ? kMapped.size() : 0);
  inet_ntop(family, bytes, text.data(), text.size());
  return text.data();
}

bool Address::is_v4() const {
  return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin());
}

Address Address::prefix(unsigned bits) const {
  Address cut;
  const std::size_t whole = bits / 8;
  std::copy_n(bytes_.begin(), whole, cut.bytes_.begin());
  if (const unsigned rest = bits % 8; rest != 0) {
    cut.bytes_[whole] = static_cast<std::uint8_t>(bytes_[whole] & (0xff00U >> rest));
  }
  return cut;
}

Result<AddressRange> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string quoted = "'" + std::string(text) + "'";
  const auto first = Address::parse(text.substr(0, slash));
  if (!first || text.find('%') != std::string_view::npos) {
    return failure(quoted + " is no IP address or range, expects 192.0.2.1, 192.0.2.0/24 or " +
                   "2001:db8::/32");
  }
  if (slash == std::string_view::npos) return AddressRange{*first, kBitsMax};

  const bool is_dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  const unsigned max = is_dotted ? kV4BitsMax : kBitsMax;
  const auto bits = parse_bits(text.substr(slash + 1), max);
  if (!bits) return failure(quoted + " expects a length of 0 to " + std::to_string(max));
  const AddressRange range{*first, *bits + kBitsMax - max};
  // Somebody who writes 10.0.0.1/8 may have meant one host; blocking sixteen million is no guess.
  if (const Address begin = first->prefix(range.bits); begin != *first) {
    return failure(quoted + " names an address within a range; the range is " + begin.text() + "/" +
                   std::to_string(*bits));
  }
  return range;
}

}  // namespace sluice::auth
