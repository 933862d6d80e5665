#pragma once

#include <CLI/App.hpp>

#include "manual/command.h"

namespace sluice::manual {

/// The tree below `app`, without commands that are not listed.
Command describe(const CLI::App& app);

}  // namespace sluice::manual
