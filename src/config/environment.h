#pragma once

#include <span>

#include "config/assembly.h"
#include "config/variables.h"

namespace sluice::config {

/// Adds what the environment sets: first TBMQ's names, then our own SLUICE_ names over them. Where
/// a name holds a text, NAME_FILE may name a file with it.
///
/// A name of TBMQ without a meaning here is accepted and noted once, so that its compose and Helm
/// files move over unchanged. An unknown SLUICE_ name is noted, not refused: Kubernetes makes such
/// names by itself for a service called sluice.
void add_environment(std::span<const EnvironmentEntry> environment, Assembly& assembly);

}  // namespace sluice::config
