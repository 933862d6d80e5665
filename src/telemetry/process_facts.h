#pragma once

#include <cstdint>

namespace sluice::telemetry {

/// What the kernel says of this process. 0 where it does not say.
struct ProcessFacts {
  double cpu_seconds = 0;
  double start_time = 0;  // seconds since 1970
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
  std::uint64_t threads = 0;
};

/// Reads /proc/self: some ten microseconds, and one more for each thousand descriptors or so; these
/// are counted only with `counts_fds`.
ProcessFacts read_process_facts(bool counts_fds = true);

}  // namespace sluice::telemetry
