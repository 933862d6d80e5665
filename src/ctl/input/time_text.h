#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ctl/failure.h"

namespace sluice::ctl {

/// Milliseconds since 1970.
std::int64_t now_ms();

/// "2026-11-22T10:00:00Z" for milliseconds since 1970; "never" for 0.
std::string format_time(std::int64_t milliseconds);

/// Reads "2026-11-22", "2026-11-22T10:00:00Z" (always UTC), or a span like "90s", "15m", "2h",
/// "7d", which counts from now. Milliseconds since 1970.
Outcome<std::int64_t> parse_future(std::string_view text);
/// The same, but spans lie behind us.
Outcome<std::int64_t> parse_past(std::string_view text);

}  // namespace sluice::ctl
