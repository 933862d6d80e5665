#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::crash {

enum class SubjectKind : std::uint8_t { Sluice, Mosquitto };

struct Options {
  std::uint32_t rounds = 100;
  std::uint64_t seed = 0;         // 0: a random one
  double seconds = 3;             // longest load of one round
  std::uint32_t rate = 30'000;    // messages per second of all publishers, 0 is no limit
  std::uint32_t drain_every = 5;  // rounds
  std::uint64_t operations = 0;   // acknowledged messages a valid run needs; 0: 10'000 a round
  bool kill_in_recovery = false;
  bool disk_full = false;
  bool no_kill = false;
  bool keep_going = false;
  bool json_only = false;
  SubjectKind subject = SubjectKind::Sluice;
  std::string broker;  // program; empty: the one of this build, or mosquitto
  std::string durability;
  std::vector<std::string> settings;  // KEY=VALUE for `sluice server --set`
  std::string data_dir;               // empty: a temporary folder
};

/// Errors: words for the user; an empty text when --help has been printed.
Result<Options> parse_options(int argc, char** argv);

}  // namespace sluice::crash
