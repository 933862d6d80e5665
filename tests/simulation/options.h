#pragma once

#include <cstdint>

#include "base/result.h"
#include "simulation/plant.h"

namespace sluice::simulation {

struct Options {
  std::uint64_t seeds = 1000;
  std::uint64_t first_seed = 1;
  bool is_verbose = false;  // one seed, told event by event
  double seconds_max = 0;   // 0 is no limit
  unsigned threads = 0;     // 0: one per core
  Plant plant = Plant::None;
  bool keep_going = false;  // play all seeds though something was found
  bool json = false;
};

/// The error is empty when help was asked for and printed.
Result<Options> parse_options(int argc, char** argv);

}  // namespace sluice::simulation
