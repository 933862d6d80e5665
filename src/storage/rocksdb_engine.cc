#include "storage/rocksdb_engine.h"

#include <rocksdb/env.h>
#include <rocksdb/iostats_context.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <mutex>
#include <shared_mutex>

#include "base/log.h"
#include "storage/data_folder.h"
#include "storage/dropped_pages.h"
#include "storage/file_guard.h"
#include "storage/log_watch.h"
#include "storage/record_format.h"
#include "storage/recovery.h"
#include "storage/space_keeper.h"
#include "storage/status.h"
#include "storage/store.h"
#include "storage/store_reader.h"
#include "storage/write_plan.h"

namespace sluice::storage {

/// Each part needs those before it until it is gone.
struct RocksDbEngine::Parts {
  Parts(const RocksDbOptions& options, std::shared_ptr<FileGuard> file_guard)
      : sync(options.sync),
        page_buffer_bytes(options.page_buffer_bytes),
        guard(std::move(file_guard)),
        env(rocksdb::NewCompositeEnv(guard)) {}

  const bool sync;
  const std::size_t page_buffer_bytes;
  const std::shared_ptr<FileGuard> guard;
  const std::unique_ptr<rocksdb::Env> env;
  std::optional<DataFolder> folder;
  DroppedPages dropped;
  WritePlan plan{dropped};
  LogWatch log_watch;
  LoadReport report;  // damage found while opening belongs to the load that follows
  bool failed = false;
  std::chrono::nanoseconds last_sync{0};

  std::shared_mutex store_mutex;  // shared to use the store, alone to exchange it
  std::unique_ptr<Store> store;
  std::unique_ptr<SpaceKeeper> keeper;  // from the first write on

  Recovery recovery() { return {*folder, *guard, dropped, page_buffer_bytes, log_watch, report}; }
  void start();
  void stop();
};

void RocksDbEngine::Parts::start() {
  guard->release();
  plan.reset();
  // Cannot fail: it only changes an option.
  store->db().EnableAutoCompaction({store->rows(), store->journal()}).PermitUncheckedError();
  keeper = std::make_unique<SpaceKeeper>(*store, dropped);
}

void RocksDbEngine::Parts::stop() {
  keeper.reset();
  store.reset();
}

Result<std::unique_ptr<Engine>> RocksDbEngine::open(const RocksDbOptions& options) {
  const auto files = options.file_system ? options.file_system : rocksdb::FileSystem::Default();
  auto parts = std::make_unique<Parts>(options, std::make_shared<FileGuard>(files));
  auto folder = DataFolder::open(options.folder, *parts->env);
  if (!folder) return tl::unexpected(folder.error());
  parts->folder.emplace(std::move(*folder));
  auto store = parts->recovery().open();
  if (!store) return tl::unexpected(store.error());
  parts->store = std::move(*store);
  return std::unique_ptr<Engine>(new RocksDbEngine(std::move(parts)));
}

RocksDbEngine::RocksDbEngine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RocksDbEngine::~RocksDbEngine() {
  parts_->stop();
}

Result<LoadReport> RocksDbEngine::load(LoadSink& sink) {
  const std::unique_lock lock(parts_->store_mutex);
  if (!parts_->store) return failure("the store is closed");
  auto store = parts_->recovery().load(std::move(parts_->store), sink);
  if (!store) return tl::unexpected(store.error());
  parts_->store = std::move(*store);
  return std::exchange(parts_->report, {});
}

Result<void> RocksDbEngine::write(std::span<const Batch> batches) {
  if (parts_->failed || !parts_->store)
    return failure("the store was not restarted after an error");
  if (!parts_->keeper) parts_->start();
  Store& store = *parts_->store;
  rocksdb::WriteBatch batch;
  parts_->log_watch.number(batch);
  auto status =
      put_sealed(batch, store.rows(), kWriteNumberKey, encode_number(parts_->log_watch.next()));
  if (status.ok()) status = parts_->plan.add(batches, store, batch);
  rocksdb::WriteOptions options;
  options.sync = parts_->sync;
  // Counted for this thread only, which is the one that writes.
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableTimeExceptForMutex);
  rocksdb::get_iostats_context()->fsync_nanos = 0;
  if (status.ok()) status = store.db().Write(options, &batch);
  parts_->last_sync = std::chrono::nanoseconds(rocksdb::get_iostats_context()->fsync_nanos);
  if (!status.ok()) {
    parts_->failed = true;
    return failure("cannot write to the store: " + describe(status));
  }
  parts_->log_watch.advance();
  parts_->plan.commit();
  parts_->keeper->on_write();
  return {};
}

std::chrono::microseconds RocksDbEngine::last_sync() const {
  return std::chrono::ceil<std::chrono::microseconds>(parts_->last_sync);
}

Result<void> RocksDbEngine::restart() {
  const std::unique_lock lock(parts_->store_mutex);
  parts_->stop();
  auto store = parts_->recovery().open();
  if (!store) return tl::unexpected(store.error());
  parts_->store = std::move(*store);
  parts_->failed = false;
  return {};
}

Result<std::optional<std::string>> RocksDbEngine::read_page(PageId id) {
  const std::shared_lock lock(parts_->store_mutex);
  if (!parts_->store) return failure("the store is closed");
  if (parts_->dropped.contains(id)) return std::nullopt;
  rocksdb::ReadOptions options;
  options.fill_cache = false;  // a page is read once
  const std::string key = encode_number(id);
  rocksdb::PinnableSlice sealed;
  const auto status = parts_->store->db().Get(options, parts_->store->journal(), key, &sealed);
  if (status.IsNotFound()) return std::nullopt;
  const auto bytes = status.ok() ? unseal(key, sealed.ToStringView()) : std::nullopt;
  if (bytes) return std::string(*bytes);
  if (!status.ok() && !is_damage(status)) {
    return failure("cannot read page " + std::to_string(id) + ": " + describe(status));
  }
  log::error("page " + std::to_string(id) + " is damaged on the disk and lost");
  return std::nullopt;
}

std::uint64_t RocksDbEngine::disk_bytes() const {
  std::vector<rocksdb::Env::FileAttributes> files;
  std::uint64_t sum = 0;
  if (!parts_->env->GetChildrenFileAttributes(parts_->folder->db(), &files).ok()) return 0;
  for (const auto& file : files) sum += file.size_bytes;
  return sum;
}

std::uint64_t RocksDbEngine::memory_bytes() const {
  const std::shared_lock lock(parts_->store_mutex, std::try_to_lock);
  if (!lock || !parts_->store) return 0;  // it is being opened again
  using Properties = rocksdb::DB::Properties;
  rocksdb::DB& db = parts_->store->db();
  std::uint64_t unwritten = 0;
  std::uint64_t cached = 0;  // one cache for all; indexes are in it
  db.GetAggregatedIntProperty(Properties::kSizeAllMemTables, &unwritten);
  db.GetIntProperty(Properties::kBlockCacheUsage, &cached);
  return unwritten + cached;
}

Result<void> RocksDbEngine::copy_to(const std::string& folder) {
  const std::shared_lock lock(parts_->store_mutex);
  if (!parts_->store) return failure("the store is closed");
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&parts_->store->db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder + "/db");
  if (!status.ok()) return failure("cannot copy the store to " + folder + ": " + describe(status));
  return parts_->folder->copy_version_to(folder);
}

}  // namespace sluice::storage
