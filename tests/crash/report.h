#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "crash/options.h"
#include "crash/world.h"

namespace sluice::crash {

/// What a run did and measured, beside what the checker found.
struct Measures {
  std::uint32_t rounds = 0;  // ended
  std::uint32_t kills = 0;
  std::uint32_t kills_in_recovery = 0;
  std::uint32_t subscribers_cut = 0;
  double load_seconds = 0;
  std::vector<std::chrono::milliseconds> restarts;  // from start to the first CONNACK
  std::chrono::milliseconds resumed_max{};  // from space on a full disk to an acknowledgement
  std::string broken_off;                   // why the run could not go on, empty if it could
};

enum class Verdict : std::uint8_t { Passed = 0, Failed = 1, Invalid = 2 };

/// Failed when anything was found; Invalid when nothing was, but too little was done to tell.
Verdict judge_run(const Options& options, const World& world, const Measures& measures);

/// One JSON object on one line.
std::string to_json(const Options& options, const World& world, const Measures& measures);

}  // namespace sluice::crash
