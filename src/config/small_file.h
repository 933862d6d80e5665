#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace sluice::config {

/// The bytes of a file that is expected to be small: a mistaken path must not fill the memory.
///
/// max     bytes
/// errors  "cannot be read: ...", or that it is larger
Result<std::string> read_small_file(const std::string& path, std::size_t max);

}  // namespace sluice::config
