#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "storage/store_options.h"

namespace sluice::storage {

/// RocksDB, opened with our two column families; closed by the destructor.
class Store {
 public:
  static tl::expected<std::unique_ptr<Store>, rocksdb::Status> open(rocksdb::Env& env,
                                                                    const std::string& path,
                                                                    const JournalOptions& journal,
                                                                    rocksdb::WalFilter* wal_filter);

  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* rows() { return families_[0]; }
  rocksdb::ColumnFamilyHandle* journal() { return families_[1]; }

 private:
  Store(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> families)
      : db_(std::move(db)), families_(std::move(families)) {}

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace sluice::storage
