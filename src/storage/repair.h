#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/data_folder.h"
#include "storage/file_guard.h"
#include "storage/store.h"

namespace sluice::storage {

struct RepairReport {
  std::uint64_t lost = 0;            // records, at least 1
  std::vector<std::string> damages;  // a line each
};

/// Makes a store of everything that can be read in a damaged one and puts it in its place; the
/// damaged files go to quarantine.
///
/// Tables without damage are linked, not copied. RocksDB's own repair finds out again which tables
/// there are, and takes the logs. Of a table with damaged blocks the readable records are written
/// anew; an older value of a record that was hit does not come back.
///
/// store    the damaged store if it could be opened, else null; it is closed
/// sources  else, the names of the files as they were before anything tried to open it: an attempt
///          may have brought logs into tables, and RocksDB refuses to have records twice
/// errors  of the disk; the damaged store is in place then as it was
Result<RepairReport> repair(DataFolder& folder, FileGuard& guard, std::unique_ptr<Store> store,
                            const JournalOptions& journal, std::vector<std::string> sources,
                            const std::string& cause);

}  // namespace sluice::storage
