#pragma once

#include <iosfwd>

#include "config/loader.h"

namespace sluice::app {

/// Writes one line for each problem.
void print_problems(const config::LoadOutcome& outcome, std::ostream& out);

/// What `sluice check` does: loads `sources`, writes `ok` to `out` or the problems to `err`, and
/// returns the exit code. Creates and changes nothing.
int check(const config::Sources& sources, std::ostream& out, std::ostream& err);

}  // namespace sluice::app
