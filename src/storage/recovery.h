#pragma once

#include <memory>

#include "base/result.h"
#include "storage/data_folder.h"
#include "storage/dropped_pages.h"
#include "storage/engine.h"
#include "storage/file_guard.h"
#include "storage/log_watch.h"
#include "storage/store.h"
#include "storage/store_reader.h"

namespace sluice::storage {

/// Opens and loads a store that may be damaged, falling back step by step:
/// records of the log are passed over; tables are repaired or left out; the list of tables is made
/// anew. What is lost is put aside, counted and named in `report` and in our log.
class Recovery {
 public:
  Recovery(DataFolder& folder, FileGuard& guard, DroppedPages& dropped,
           std::size_t page_buffer_bytes, LogWatch& log_watch, LoadReport& report)
      : folder_(folder),
        guard_(guard),
        dropped_(dropped),
        journal_{dropped, page_buffer_bytes},
        log_watch_(log_watch),
        report_(report) {}

  /// errors  of the disk; damage is none
  Result<std::unique_ptr<Store>> open();

  /// Reads the whole store into `sink`; gives back the store to go on with, which may be another.
  Result<std::unique_ptr<Store>> load(std::unique_ptr<Store> store, LoadSink& sink);

 private:
  rocksdb::Status read_own_rows(Store& store);
  bool misses_tables(Store& store);
  Result<void> repair_damage(std::unique_ptr<Store> store, const rocksdb::Status& cause);
  void report_gaps();
  rocksdb::Status put_broken_aside(Store& store, const std::vector<BrokenRecord>& broken);
  void add_damage(std::uint64_t records, const std::string& line);

  DataFolder& folder_;
  FileGuard& guard_;
  DroppedPages& dropped_;
  const JournalOptions journal_;
  LogWatch& log_watch_;
  LoadReport& report_;
  std::vector<std::string> files_;  // as they were before the last attempt to open
};

}  // namespace sluice::storage
