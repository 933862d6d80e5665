#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "config/keys.h"
#include "config/problem.h"

namespace sluice::config {

/// Reads a whole number with the units of `kind`: Bytes takes B, KiB, MiB, GiB, TiB, Seconds takes
/// s, m, h, d, Count takes none. A bare number is bytes or seconds. A blank before the unit is
/// allowed. Decimal units (KB, MB) are refused with a suggestion, since people mean either.
tl::expected<std::uint64_t, Complaint> parse_quantity(Kind kind, std::string_view text);

/// The shortest exact writing of `value`: 65536 bytes are `64KiB`, 90 seconds are `90s`.
std::string format_quantity(Kind kind, std::uint64_t value);

}  // namespace sluice::config
