#pragma once

#include <rocksdb/status.h>

#include <map>
#include <string>
#include <vector>

#include "storage/engine.h"
#include "storage/store.h"

namespace sluice::storage {

/// A record whose seal is broken: as it was found.
struct BrokenRecord {
  bool is_page;
  std::string key;
  std::string value;
};

/// Reads a whole store from its start. When a table turns out to be damaged it can go on, at the
/// record behind the last one it gave, in the store that was made of the rest.
class StoreReader {
 public:
  StoreReader(LoadSink& sink, LoadReport& report) : sink_(sink), report_(report) {}

  /// Rows, then pages that were not dropped, each checked against its seal.
  rocksdb::Status read(Store& store, const DroppedPages& dropped);

  const std::vector<BrokenRecord>& broken() const { return broken_; }

 private:
  rocksdb::Status read_rows(Store& store);
  rocksdb::Status read_pages(Store& store, const DroppedPages& dropped);
  void take_broken(bool is_page, ByteView key, ByteView value);

  LoadSink& sink_;
  LoadReport& report_;
  std::string row_position_ = std::string(1, '\1');  // the next row is not before this
  std::string page_position_;
  bool rows_done_ = false;
  std::vector<BrokenRecord> broken_;
};

/// The stored ranges of dropped pages. Broken ones are left out and added to `broken`.
rocksdb::Status read_dropped(Store& store, std::map<PageId, PageId>& ranges,
                             std::vector<BrokenRecord>& broken);

}  // namespace sluice::storage
