#pragma once

#include <string>

#include "base/result.h"

namespace sluice::app {

/// The name of this node, the same after a restart on another host: what `node_id` says, else what
/// the file `node-id` of the data directory holds, else the host's name, which is written there.
///
/// data_folder  exists; empty: nothing is kept
/// errors       a file that cannot be read or written; one line for an operator
Result<std::string> find_node_id(const std::string& configured, const std::string& data_folder);

}  // namespace sluice::app
