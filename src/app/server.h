#pragma once

#include <span>
#include <string>

#include "config/settings.h"

namespace sluice::app {

/// Runs the broker until a signal ends it. `notices` go to the log at start.
/// Returns an exit code of exit_codes.h.
int run_server(const config::Settings& settings, std::span<const std::string> notices);

}  // namespace sluice::app
