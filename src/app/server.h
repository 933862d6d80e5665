#pragma once

#include "config/loader.h"

namespace sluice::app {

/// Runs the broker until a signal ends it.
///
/// sources  where settings come from, read again by a reload
/// loaded   from them, without problems; its notices go to the log at start
/// Returns an exit code of exit_codes.h.
int run_server(const config::Sources& sources, const config::LoadOutcome& loaded);

}  // namespace sluice::app
