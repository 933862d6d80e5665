#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "manual/command.h"

namespace sluice::manual {

enum class Shell { Bash, Zsh, Fish };

std::optional<Shell> parse_shell(std::string_view name);

/// A script that completes all commands below `program`, their options and the values of these. For
/// Client Identifiers it asks `PROGRAM ctl complete clients`, which answers by the local socket.
std::string completion_script(const Command& program, Shell shell);

}  // namespace sluice::manual
