#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "simulation/peer.h"
#include "simulation/stage.h"

namespace sluice::simulation {

/// What came of one seed.
struct Outcome {
  std::uint64_t seed = 0;
  double seconds = 0;  // on the clock of the play
  std::uint64_t operations = 0;
  std::uint64_t crashes = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t violations = 0;
  std::vector<std::string> lines;  // the first violations
};

/// One broker, its clients and what befalls them, all drawn from the seed.
class Play {
 public:
  Play(std::uint64_t seed, Plant plant, bool is_verbose);

  Outcome run();

 private:
  void add_peers();
  void one_act();
  void befall();
  void crash();
  void fail_store(bool failed);
  void steps(std::size_t count);
  void come_home();
  bool is_home() const;
  void ask_for_retained();
  void judge();

  Stage stage_;
  std::uint64_t seed_;
  std::vector<std::unique_ptr<Peer>> peers_;
  bool crashes_;      // whether the broker does in this play
  bool store_fails_;  // and the store
};

}  // namespace sluice::simulation
