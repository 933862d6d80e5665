#include "entities/database_copy.h"

#include <filesystem>

#include "entities/file_access.h"

namespace sluice::entities {

Result<void> copy_database(Database& database, const std::string& path,
                           const std::atomic<bool>& stop) {
  // It has secrets: SQLite writes into the empty file, which nobody else may read.
  auto prepared = prepare_file(std::filesystem::path(path).parent_path().string(), path);
  if (!prepared) return prepared;
  return database.run_until(stop, "VACUUM INTO ?", path);
}

}  // namespace sluice::entities
