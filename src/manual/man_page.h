#pragma once

#include <string>
#include <vector>

#include "manual/command.h"

namespace sluice::manual {

struct ManPage {
  std::string file;  // "sluice-ctl.1"
  std::string text;  // roff, with the macros of man(7)
};

/// One page for the program and one for each command of its first level. What is below a command
/// is on its page.
std::vector<ManPage> man_pages(const Command& program, const std::string& version);

}  // namespace sluice::manual
