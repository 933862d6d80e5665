#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/assembly.h"
#include "config/environment.h"

namespace sluice::config {

/// One value given on the command line.
struct Assignment {
  std::string key;     // dotted name; a wrong one becomes a problem
  std::string value;   // several listeners are separated by commas
  std::string origin;  // as the operator typed it: `--set mqtt.receive_max=10`, `--shards 4`
};

/// Everything that settings can come from, weakest first after the defaults.
struct Sources {
  std::optional<std::string> file;  // and then conf.d/*.yml beside it, by name
  std::vector<EnvironmentEntry> environment;
  std::vector<Assignment> assignments;
};

/// Settings from all sources with every problem found in them. Reads files, writes nothing.
LoadOutcome load(const Sources& sources);

/// Settings from a YAML file of at most 1 MiB, over the defaults.
LoadOutcome load_file(const std::string& path);

/// Settings from YAML text; `name` stands for the file name in problems.
LoadOutcome load_text(const std::string& text, const std::string& name);

/// Splits `KEY=VALUE` as given to `--set`. A text without `=` gives an empty value, which no key
/// but a text takes.
Assignment parse_assignment(std::string_view text);

}  // namespace sluice::config
