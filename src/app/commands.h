#pragma once

#include "app/command_line.h"

namespace sluice::app {

/// Carries out a command and returns the exit code of the program.
int run(const Command& command);

}  // namespace sluice::app
