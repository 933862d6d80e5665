#include "app/store.h"

#include <algorithm>
#include <utility>

#include "app/recovery_progress.h"
#include "base/log.h"
#include "storage/rocksdb_engine.h"

namespace sluice::app {

namespace {

void log_damage(const storage::LoadReport& report, const broker::Recovery& recovery) {
  for (const std::string& damage : report.damages) log::warning(damage);
  if (report.damaged > 0) {
    log::warning("store: " + std::to_string(report.damaged) +
                 " damaged records were put aside, the rest is served");
  }
  const std::uint64_t unreadable = recovery.counts().unreadable;
  if (unreadable > 0) {
    log::warning("store: " + std::to_string(unreadable) + " records make no sense and are ignored");
  }
}

}  // namespace

Result<OpenedStore> open_store(const config::Settings& settings) {
  OpenedStore store;
  if (settings.storage.durability == config::Durability::Memory) return store;
  storage::RocksDbOptions options;
  options.folder = settings.data_dir;
  options.sync = settings.storage.durability == config::Durability::Fsync;
  auto engine = storage::RocksDbEngine::open(options);
  if (!engine) return tl::unexpected(engine.error());
  store.engine = std::move(*engine);
  return store;
}

Result<void> OpenedStore::load(const config::Settings& settings, NodeState& state) {
  if (!engine) return {};
  recovery = std::make_unique<broker::Recovery>(settings.shards);
  RecoveryProgress progress(*recovery, engine->disk_bytes(), state);
  const auto report = engine->load(progress);
  if (!report) return tl::unexpected(report.error());
  log_damage(*report, *recovery);
  return {};
}

std::string OpenedStore::describe(const config::Settings& settings) const {
  if (!engine) return "store: in memory, nothing outlives the process (storage.durability: memory)";
  const bool syncs = settings.storage.durability == config::Durability::Fsync;
  const auto& counts = recovery->counts();
  return "store: " + settings.data_dir + ", durability " + (syncs ? "fsync" : "os") + ", " +
         std::to_string(counts.sessions) + " sessions, " + std::to_string(recovery->waiting()) +
         " messages, " + std::to_string(counts.retained) + " retained";
}

}  // namespace sluice::app
