#pragma once

#include <cstdio>
#include <random>
#include <string>

#include "broker/testing/world.h"
#include "simulation/ledger.h"
#include "simulation/plant.h"

namespace sluice::simulation {

/// What all parts of one seed's play share.
struct Stage {
  Stage(unsigned the_shards, std::uint64_t seed, Plant the_plant, bool is_verbose)
      : random(seed),
        world(the_shards, seed),
        plant(the_plant),
        verbose(is_verbose),
        shards(the_shards) {
    world.by_hand = true;
    plant_fault(plant, world.store);
  }

  std::mt19937_64 random;
  broker::testing::World world;
  Ledger ledger;
  Plant plant;
  bool verbose;
  bool store_failed = false;
  unsigned shards;    // of the broker that runs now
  Instant started{};  // when it did
  std::uint64_t operations = 0;
  std::uint64_t crashes = 0;

  std::size_t draw(std::size_t below) { return random() % below; }
  bool chance(std::size_t one_in) { return draw(one_in) == 0; }
  Instant now() const { return world.now(); }

  /// A line of the play, for who looks into one seed.
  template <class Describe>
  void tell(Describe&& describe) const {
    if (!verbose) return;
    std::printf("%lld ms  %s\n", static_cast<long long>(now().time_since_epoch().count()),
                std::string(describe()).c_str());
  }
};

}  // namespace sluice::simulation
