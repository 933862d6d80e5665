#pragma once

#include <cstdint>

namespace sluice::tools::bench {

/// What /proc tells of a process at one moment.
struct BrokerSample {
  double cpu_seconds = 0;            // user and system time of all its threads
  std::uint64_t resident_bytes = 0;  // shared libraries included
  std::uint64_t private_bytes = 0;   // anonymous memory of its own: heap and stacks
};

/// `pid` 0 gives an empty sample. A process that is gone or not ours gives zeros.
BrokerSample sample_broker(int pid);

/// CPU time that this process has used, in seconds.
double own_cpu_seconds();

}  // namespace sluice::tools::bench
