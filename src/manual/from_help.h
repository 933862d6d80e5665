#pragma once

#include <string>

#include "manual/command.h"

namespace sluice::manual {

/// A command whose help has lines like "  -h HOST  -p PORT    broker and port".
Command describe_help(std::string name, std::string purpose, std::string help);

}  // namespace sluice::manual
