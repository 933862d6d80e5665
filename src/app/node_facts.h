#pragma once

#include "app/node_state.h"
#include "net/server.h"
#include "providers/authentication_counts.h"
#include "storage/engine.h"
#include "telemetry/node_facts.h"

namespace sluice::app {

/// Where a process counts, all borrowed.
struct NodeSources {
  const net::Server& server;
  const storage::Engine* engine;  // null with `durability: memory`
  const NodeState& state;
  const providers::AuthenticationCounts* authentications;  // null: nobody authenticates
};

/// Reads what the threads of the process count; on any thread, without asking them.
telemetry::NodeFacts collect_node_facts(const NodeSources& sources);

}  // namespace sluice::app
