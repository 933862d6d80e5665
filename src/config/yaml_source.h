#pragma once

#include <string>

#include "config/assembly.h"

namespace sluice::config {

/// Adds the keys of a YAML document. Nested maps and dotted keys mean the same and may be mixed.
/// `name` is the file name shown in problems. Malformed YAML becomes a problem too.
void add_yaml(const std::string& text, const std::string& name, Assembly& assembly);

}  // namespace sluice::config
