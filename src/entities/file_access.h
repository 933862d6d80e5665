#pragma once

#include <string>

#include "entities/error.h"

namespace sluice::entities {

/// Creates the folder (mode 0700) and the empty file (mode 0600) where they are missing, so that
/// their names outlive a power cut.
/// errors  Database: not writable; the file lets others read it, who would find secrets there
Result<void> prepare_file(const std::string& folder, const std::string& path);

}  // namespace sluice::entities
