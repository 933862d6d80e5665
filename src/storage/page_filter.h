#pragma once

#include <rocksdb/compaction_filter.h>

#include <memory>

#include "storage/dropped_pages.h"

namespace sluice::storage {

/// Leaves dropped pages out of every file that RocksDB writes. So a page that was dropped before
/// its memtable was flushed never reaches a file.
///
/// dropped  must outlive every store that uses the factory
std::shared_ptr<rocksdb::CompactionFilterFactory> make_page_filter(const DroppedPages& dropped);

}  // namespace sluice::storage
