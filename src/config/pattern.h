#pragma once

#include <optional>
#include <string>

namespace sluice::config {

/// What is wrong with `pattern` as a regular expression of RE2, or nothing when it is right.
std::optional<std::string> find_pattern_mistake(const std::string& pattern);

}  // namespace sluice::config
