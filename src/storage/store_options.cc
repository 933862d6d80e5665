#include "storage/store_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/table.h>

#include <cstdio>

#include "base/log.h"
#include "storage/page_filter.h"

namespace sluice::storage {
namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;

using Cache = std::shared_ptr<rocksdb::Cache>;

/// Passes on what RocksDB calls an error; its own log file would be unbounded chatter.
class ErrorLog final : public rocksdb::Logger {
 public:
  ErrorLog() : Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char line[256];
    std::vsnprintf(line, sizeof line, format, arguments);
    log::warning(std::string("RocksDB: ") + line);
  }
};

rocksdb::ColumnFamilyOptions make_common_options(const Cache& cache, std::size_t block_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.format_version = 5;
  table.checksum = rocksdb::ChecksumType::kXXH3;
  table.block_size = block_bytes;
  // In the cache, so that indexes count as its memory however many tables there are.
  table.cache_index_and_filter_blocks = true;
  table.block_cache = cache;

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kNoCompression;
  options.bottommost_compression = rocksdb::kDisableCompressionOption;
  // Until all was read: a damaged file must be found before it is merged into another.
  options.disable_auto_compactions = true;
  // Nothing here is rewritten because of its age.
  options.ttl = 0;
  options.periodic_compaction_seconds = 0;
  return options;
}

/// Small rows that are replaced: merged when the replaced ones take as much room as the others.
rocksdb::ColumnFamilyOptions make_row_options(const Cache& cache) {
  auto options = make_common_options(cache, 4 * kKiB);
  options.write_buffer_size = 1 * kMiB;
  options.max_write_buffer_number = 2;
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.compaction_options_universal.max_size_amplification_percent = 100;
  return options;
}

/// Pages in the order of their ids: no two files overlap, so that a file moves to the last level
/// without being written again and is deleted there as a whole.
rocksdb::ColumnFamilyOptions make_journal_options(const Cache& cache,
                                                  const JournalOptions& journal) {
  auto options = make_common_options(cache, 16 * kKiB);
  options.write_buffer_size = journal.page_buffer_bytes;
  options.max_write_buffer_number = 2;
  options.num_levels = 2;
  options.target_file_size_base = 8 * kMiB;
  options.max_bytes_for_level_base = 1ULL << 50;
  // Two: without it a file that waits alone in the first level could not be deleted.
  options.level0_file_num_compaction_trigger = 2;
  options.level0_slowdown_writes_trigger = 64;
  options.level0_stop_writes_trigger = 128;
  options.compaction_filter_factory = make_page_filter(journal.dropped);
  return options;
}

}  // namespace

rocksdb::DBOptions make_db_options(rocksdb::Env* env, rocksdb::WalFilter* wal_filter) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.info_log = std::make_shared<ErrorLog>();
  options.wal_filter = wal_filter;
  // See LogWatch for why no record behind a torn one can be served by this.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  // Blocks have checksums, the footer of a table has none in this format.
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.max_background_jobs = 2;
  options.max_open_files = 128;
  options.max_file_opening_threads = 1;
  options.max_total_wal_size = 32 * kMiB;
  options.max_manifest_file_size = 1 * kMiB;
  options.bytes_per_sync = 1 * kMiB;
  options.wal_bytes_per_sync = 1 * kMiB;
  options.allow_concurrent_memtable_write = false;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.stats_history_buffer_size = 0;
  // After an error the owner decides when the store goes on, with `restart`.
  options.max_bgerror_resume_count = 0;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> make_families(const JournalOptions& journal) {
  // One for each opened store: blocks of a damaged file must not be found in that of another.
  const Cache cache = rocksdb::NewLRUCache(2 * kMiB, 0);
  return {{rocksdb::kDefaultColumnFamilyName, make_row_options(cache)},
          {"journal", make_journal_options(cache, journal)}};
}

rocksdb::Options make_table_options(rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  return options;
}

}  // namespace sluice::storage
