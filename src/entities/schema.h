#pragma once

#include <cstdint>

#include "entities/database.h"

namespace sluice::entities {

/// Brings the tables up to the version of this program: all migrations that are missing, in their
/// order, and what exists from the start (providers, settings); as a whole or not at all.
/// errors  Database: made by a newer version, or by another program
Result<void> bring_up_to_date(Database& database, std::int64_t now);

}  // namespace sluice::entities
