#include "config/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

namespace sluice::config {
namespace {

constexpr AddressBytes kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The range of one address.
std::optional<AddressRange> parse_address(const std::string& text, unsigned* bits_max) {
  AddressRange range;
  *bits_max = 128;
  if (::inet_pton(AF_INET6, text.c_str(), range.first.data()) == 1) return range;
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) != 1) return std::nullopt;
  *bits_max = 32;
  range.first = kMappedPrefix;
  std::memcpy(range.first.data() + 12, &v4, sizeof v4);
  return range;
}

std::optional<AddressRange> parse_range(std::string_view text) {
  const auto slash = text.find('/');
  unsigned bits_max = 0;
  auto range = parse_address(std::string(text.substr(0, slash)), &bits_max);
  if (!range || slash == std::string_view::npos) return range;
  unsigned bits = 0;
  const std::string_view digits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size() || bits > bits_max) {
    return std::nullopt;
  }
  range->bits = bits_max == 32 ? kMappedBits + bits : bits;
  return range;
}

}  // namespace

bool AddressRange::contains(const AddressBytes& address) const {
  const std::size_t whole = bits / 8;
  if (!std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.begin())) {
    return false;
  }
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  return ((first[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

tl::expected<std::vector<AddressRange>, Complaint> parse_address_ranges(std::string_view text) {
  std::vector<AddressRange> ranges;
  for (std::string_view rest = text; !trimmed(rest).empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    const std::string_view part = trimmed(rest.substr(0, comma));
    const auto range = parse_range(part);
    if (!range) {
      return tl::unexpected(Complaint{
          "'" + std::string(part) + "' is no address range such as 10.0.0.0/8 or ::1", ""});
    }
    ranges.push_back(*range);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return ranges;
}

}  // namespace sluice::config
