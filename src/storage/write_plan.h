#pragma once

#include <rocksdb/write_batch.h>

#include <span>
#include <vector>

#include "storage/dropped_pages.h"
#include "storage/store.h"

namespace sluice::storage {

/// Turns our batches into one of RocksDB, and keeps `DroppedPages` in step with it.
///
/// A page counts as dropped only once that is durable, since RocksDB leaves it out of files from
/// then on; and no longer as soon as its id is about to be used anew.
class WritePlan {
 public:
  explicit WritePlan(DroppedPages& dropped) : dropped_(dropped) {}

  /// Forgets what did not arrive; after the store was opened.
  void reset();

  rocksdb::Status add(std::span<const Batch> batches, Store& store, rocksdb::WriteBatch& out);
  /// What was added is durable.
  void commit();

 private:
  rocksdb::Status add_page(const Page& page, Store& store, rocksdb::WriteBatch& out);
  rocksdb::Status add_edit(const DroppedPages::Edit& edit, Store& store, rocksdb::WriteBatch& out);

  DroppedPages& dropped_;  // as it is on disk
  DroppedPages planned_;   // as it will be
  std::vector<DroppedPages::Change> changes_;
};

/// Adds a value with its seal.
rocksdb::Status put_sealed(rocksdb::WriteBatch& out, rocksdb::ColumnFamilyHandle* family,
                           ByteView key, ByteView value);

}  // namespace sluice::storage
