#pragma once

#include <string>

#include "ctl/noun.h"

namespace sluice::ctl {

/// What goes to stdout for an answer, in that format.
std::string to_text(const Answer& answer, Format format);

}  // namespace sluice::ctl
