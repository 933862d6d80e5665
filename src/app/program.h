#pragma once

#include <string>

#include "manual/command.h"

namespace sluice::app {

/// The program with all of its commands, those of the tools included.
///
/// own  what the command line of the program itself knows; of the tools only their names
manual::Command add_tools(manual::Command own);

/// `sluice man`: the names of the man pages, one a line; `sluice man sluice-ctl.1`: that page.
/// returns  empty: there is no such page
std::string man_text(const manual::Command& program, const std::string& page);

}  // namespace sluice::app
