#pragma once

#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "config/problem.h"

namespace sluice::config {

/// A rate in TBMQ's syntax, "10:1,300:60": at most 10 in a second and 300 in a minute.
struct RateLimit {
  struct Window {
    std::uint64_t count = 0;
    std::uint32_t seconds = 0;
    bool operator==(const Window&) const = default;
  };
  std::vector<Window> windows;  // empty: no limit

  bool is_on() const { return !windows.empty(); }
  bool operator==(const RateLimit&) const = default;
};

/// Reads up to 8 windows; an empty text is no limit. Counts are 1..10^12, times 1..604'800 seconds.
tl::expected<RateLimit, Complaint> parse_rate_limit(std::string_view text);

}  // namespace sluice::config
