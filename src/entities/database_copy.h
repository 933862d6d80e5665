#pragma once

#include <atomic>
#include <string>

#include "entities/database.h"

namespace sluice::entities {

/// Writes all that is committed now to a new file (mode 0600) at `path`, whose folder is there.
/// stop    once set, by any thread, this ends soon with an error
/// errors  Database: not writable, no room; the file is there already; stopped
Result<void> copy_database(Database& database, const std::string& path,
                           const std::atomic<bool>& stop);

}  // namespace sluice::entities
