#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <vector>

#include "storage/dropped_pages.h"

namespace sluice::storage {

struct JournalOptions {
  const DroppedPages& dropped;    // outlives the store
  std::size_t page_buffer_bytes;  // what waits in memory before a file is written
};

/// Everything that RocksDB is told about our store. Its memory stays below 20 MB: 16 MB of write
/// buffers, 2 MB of block cache, the indexes of 128 open tables inside that cache.
rocksdb::DBOptions make_db_options(rocksdb::Env* env, rocksdb::WalFilter* wal_filter);

/// Rows, then the journal: the order in which the store is opened.
std::vector<rocksdb::ColumnFamilyDescriptor> make_families(const JournalOptions& journal);

/// For one table alone, read without the store around it.
rocksdb::Options make_table_options(rocksdb::Env* env);

}  // namespace sluice::storage
