#pragma once

#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <map>
#include <string>

namespace rocksdb {
class WriteBatch;
}

namespace sluice::storage {

/// Finds records that are missing in the middle of the write-ahead log.
///
/// RocksDB is told to pass over damaged records rather than to give up those behind them. Each of
/// our writes is one record, numbered upwards, and begins only after the one before it was synced.
/// So a record that can be read proves that those before it were whole once: a gap is damage. A
/// torn last record is the normal end of a crash, and no gap.
class LogWatch final : public rocksdb::WalFilter {
 public:
  /// Puts the number of the next write into its batch. It takes no room but in the log.
  void number(rocksdb::WriteBatch& batch) const;
  /// That write arrived.
  void advance() { ++next_; }
  std::uint64_t next() const { return next_; }
  void set_next(std::uint64_t next) { next_ = next; }
  /// A store is about to be opened: what was seen before is of no concern.
  void reset();

  /// How many writes were lost, by the path of the log in which the record behind the gap stands.
  const std::map<std::string, std::uint64_t>& gaps() const { return gaps_; }

  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& log_file,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch, bool* changed) override;
  const char* Name() const override { return "sluice.log_watch"; }

 private:
  std::uint64_t next_ = 1;
  std::uint64_t last_seen_ = 0;
  std::map<std::string, std::uint64_t> gaps_;
};

}  // namespace sluice::storage
