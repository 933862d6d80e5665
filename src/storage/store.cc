#include "storage/store.h"

#include <algorithm>

#include "storage/store_options.h"

namespace sluice::storage {
namespace {

/// RocksDB makes a new store where CURRENT is missing, and deletes the tables it finds there.
bool has_lost_its_current(rocksdb::Env& env, const std::string& path) {
  if (!env.FileExists(path + "/CURRENT").IsNotFound()) return false;
  std::vector<std::string> names;
  if (!env.GetChildren(path, &names).ok()) return false;
  return std::ranges::any_of(names, [](const std::string& name) { return name.ends_with(".sst"); });
}

}  // namespace

tl::expected<std::unique_ptr<Store>, rocksdb::Status> Store::open(rocksdb::Env& env,
                                                                  const std::string& path,
                                                                  const JournalOptions& journal,
                                                                  rocksdb::WalFilter* wal_filter) {
  if (has_lost_its_current(env, path)) {
    return tl::unexpected(rocksdb::Status::Corruption("CURRENT is missing"));
  }
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  const auto status = rocksdb::DB::Open(make_db_options(&env, wal_filter), path,
                                        make_families(journal), &families, &db);
  if (!status.ok()) return tl::unexpected(status);
  return std::unique_ptr<Store>(new Store(std::unique_ptr<rocksdb::DB>(db), std::move(families)));
}

Store::~Store() {
  for (auto* family : families_) {
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  db_->Close().PermitUncheckedError();
}

}  // namespace sluice::storage
