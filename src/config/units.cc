#include "config/units.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <charconv>
#include <limits>
#include <span>

namespace sluice::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
  std::string_view misspelt;  // blank-separated, lower case
};

constexpr std::uint64_t kKiB = 1024;
constexpr std::array kByteUnits{
    Unit{"B", 1, " b byte bytes "},
    Unit{"KiB", kKiB, " k kb ki kib "},
    Unit{"MiB", kKiB* kKiB, " m mb mi mib "},
    Unit{"GiB", kKiB* kKiB* kKiB, " g gb gi gib "},
    Unit{"TiB", kKiB* kKiB* kKiB* kKiB, " t tb ti tib "},
};
constexpr std::array kTimeUnits{
    Unit{"s", 1, " s sec secs second seconds "},
    Unit{"m", 60, " m min mins minute minutes "},
    Unit{"h", 3600, " h hr hrs hour hours "},
    Unit{"d", 86'400, " d day days "},
};

std::span<const Unit> units_of(Kind kind) {
  if (kind == Kind::Bytes) return kByteUnits;
  if (kind == Kind::Seconds) return kTimeUnits;
  return {};
}

std::string expectation(Kind kind) {
  if (kind == Kind::Bytes) return "expects a size such as 65536, 64KiB or 2MiB";
  if (kind == Kind::Seconds) return "expects a time such as 90, 10s, 5m or 2h";
  return "expects a whole number";
}

Complaint unknown_unit(Kind kind, std::string_view digits, std::string_view unit) {
  const std::string lower = boost::to_lower_copy(std::string(unit));
  Complaint complaint{"unknown unit '" + std::string(unit) + "': " + expectation(kind), ""};
  for (const Unit& known : units_of(kind)) {
    if (boost::contains(known.misspelt, " " + lower + " ")) {
      complaint.suggestion = std::string(digits) + std::string(known.name);
    }
  }
  return complaint;
}

}  // namespace

tl::expected<std::uint64_t, Complaint> parse_quantity(Kind kind, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.data()));
  const Complaint too_large{"'" + std::string(text) + "' is too large", ""};
  if (error == std::errc::result_out_of_range) return tl::unexpected(too_large);
  if (error != std::errc()) {
    return tl::unexpected(Complaint{expectation(kind) + ", not '" + std::string(text) + "'", ""});
  }

  const std::string unit = boost::trim_left_copy(std::string(text.substr(digits.size())));
  if (unit.empty()) return value;
  const bool fraction = unit[0] == '.' || unit[0] == ',' || unit[0] == '_' || unit[0] == '\'';
  if (kind == Kind::Count || fraction) {
    return tl::unexpected(Complaint{expectation(kind) + ", not '" + std::string(text) + "'", ""});
  }
  const auto known = std::ranges::find(units_of(kind), unit, &Unit::name);
  if (known == units_of(kind).end()) return tl::unexpected(unknown_unit(kind, digits, unit));
  if (value > std::numeric_limits<std::uint64_t>::max() / known->factor) {
    return tl::unexpected(too_large);
  }
  return value * known->factor;
}

std::string format_quantity(Kind kind, std::uint64_t value) {
  std::string_view name;
  std::uint64_t factor = 1;
  for (const Unit& unit : units_of(kind)) {
    if (value == 0 || value % unit.factor != 0) break;
    // A single odd byte or second reads better bare than with the smallest unit.
    name = kind == Kind::Bytes && unit.factor == 1 ? std::string_view() : unit.name;
    factor = unit.factor;
  }
  return std::to_string(value / factor) + std::string(name);
}

}  // namespace sluice::config
