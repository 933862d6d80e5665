#pragma once

#include <string>

#include "entities/database.h"

namespace sluice::entities {

/// Writes all that is committed now to a new file (mode 0600) at `path`, whose folder is there.
/// errors  Database: not writable, no room; the file is there already
Result<void> copy_database(Database& database, const std::string& path);

}  // namespace sluice::entities
