#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "broker/testing/simulated_store.h"

namespace sluice::simulation {

/// A fault put in on purpose at a seam of the core, to see that it is found.
enum class Plant : std::uint8_t {
  None,
  AckBeforeCommit,     // the store answers before the batch is durable
  LostWill,            // the store keeps no Wills
  MissingDup,          // the network clears DUP of what the broker sends
  CursorTooFar,        // the store keeps one delivery more as completed
  RetainedOutOfOrder,  // the store writes the older of two retained values last
};

/// By the names of the command line, without None.
const std::map<std::string, Plant>& plants();

/// Puts the fault into the store, if it is one of the store.
void plant_fault(Plant plant, broker::testing::SimulatedStore& store);

}  // namespace sluice::simulation
