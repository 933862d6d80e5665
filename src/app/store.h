#pragma once

#include <memory>
#include <string>

#include "app/node_state.h"
#include "base/result.h"
#include "broker/recovery.h"
#include "config/settings.h"
#include "storage/engine.h"

namespace sluice::app {

/// The store of the data directory, opened, and what was found in it.
struct OpenedStore {
  // Both null with `durability: memory`.
  std::unique_ptr<storage::Engine> engine;
  std::unique_ptr<broker::Recovery> recovery;

  /// Reads it all into `recovery`. Says on stderr how far it is when that takes longer than a
  /// second, and in `state`; logs what was damaged. Once. errors  one line for an operator
  Result<void> load(const config::Settings& settings, NodeState& state);

  /// One line for the start: where it is, what it promises, what is in it.
  std::string describe(const config::Settings& settings) const;
};

/// Opens the store, which then is ours.
///
/// settings  shards is the number in use
/// errors    one line for an operator: the data directory is in use, not writable, of a newer
/// version
Result<OpenedStore> open_store(const config::Settings& settings);

}  // namespace sluice::app
