#pragma once

#include <chrono>
#include <cstdint>

namespace sluice {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A moment on the monotonic clock. The core is given it with each event and never reads a clock.
using Instant = std::chrono::time_point<std::chrono::steady_clock, milliseconds>;

inline constexpr Instant kNever = Instant::max();

/// Milliseconds since 1970, for what outlives the process.
using WallTime = std::int64_t;

/// Reads the monotonic clock; for the rim of the program (event loops, tools) only.
inline Instant monotonic_now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::steady_clock::now());
}

}  // namespace sluice
