#pragma once

#include <string>

#include "manual/command.h"

namespace sluice::manual {

/// See completion_script.
std::string fish_completion(const Command& program);

}  // namespace sluice::manual
