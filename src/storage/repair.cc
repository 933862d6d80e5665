#include "storage/repair.h"

#include <rocksdb/utilities/debug.h>

#include <algorithm>
#include <map>

#include "storage/status.h"
#include "storage/store_options.h"
#include "storage/table_inspector.h"

namespace sluice::storage {
namespace {

using rocksdb::Env;
using rocksdb::Status;

/// What has to be written again because its table is left out.
struct Patch {
  std::vector<std::pair<std::string, std::string>> rows;
  std::vector<std::pair<std::string, std::string>> pages;
  std::vector<std::string> erased_rows;
};

bool is_table(const std::string& name) {
  return name.ends_with(".sst");
}

bool is_log(const std::string& name) {
  return name.ends_with(".log");
}

std::map<std::string, TableContents> inspect_tables(Env& env, const std::string& path) {
  std::map<std::string, TableContents> tables;
  std::vector<std::string> names;
  env.GetChildren(path, &names).PermitUncheckedError();
  for (const auto& name : names) {
    if (is_table(name)) tables.emplace(name, inspect_table(env, path + "/" + name));
  }
  return tables;
}

/// Asks the damaged store itself, which knows which of several values is the latest one.
void add_row(Store& store, const std::string& key, bool is_left_out, Patch& patch) {
  std::string value;
  const auto status = store.db().Get({}, store.rows(), key, &value);
  if (status.ok()) {
    if (is_left_out) patch.rows.emplace_back(key, std::move(value));
  } else if (!status.IsNotFound() || is_left_out) {
    patch.erased_rows.push_back(key);
  }
}

void add_page(Store& store, const std::string& key, Patch& patch) {
  std::string value;
  if (store.db().Get({}, store.journal(), key, &value).ok()) {
    patch.pages.emplace_back(key, std::move(value));
  }
}

Patch make_patch(Store& store, const std::map<std::string, TableContents>& tables) {
  Patch patch;
  std::map<std::string, bool> rows;  // key, and whether a table that is left out has it
  for (const auto& [name, table] : tables) {
    const bool left_out = table.state != TableState::Whole;
    for (const auto& key : table.keys) {
      if (table.family == rocksdb::kDefaultColumnFamilyName) {
        rows[key] |= left_out;
      } else if (left_out) {
        add_page(store, key, patch);
      }
    }
  }
  for (const auto& [key, left_out] : rows) add_row(store, key, left_out, patch);
  return patch;
}

/// The tables of an open store. It has brought all of its logs into them; leftovers beside them
/// would only repeat records.
Status find_tables(Store& store, std::vector<std::string>& names) {
  auto status = store.db().Flush({}, {store.rows(), store.journal()});
  std::vector<rocksdb::LiveFileMetaData> tables;
  store.db().GetLiveFilesMetaData(&tables);
  names.clear();
  for (const auto& table : tables) names.push_back(table.name.substr(table.name.rfind('/') + 1));
  return status;
}

Status fill_repaired(Env& env, const std::string& from, const std::string& to,
                     const std::vector<std::string>& names,
                     const std::map<std::string, TableContents>& tables) {
  auto status = env.CreateDir(to);
  for (const auto& name : names) {
    if (!status.ok()) break;
    const auto table = tables.find(name);
    const bool left_out = table != tables.end() && table->second.state != TableState::Whole;
    if (is_table(name) && !left_out) status = link_or_copy(env, from + "/" + name, to + "/" + name);
  }
  return status;
}

/// Adds the last version of each key of one family.
Status add_versions(Store& store, rocksdb::ColumnFamilyHandle* family, Patch& patch) {
  constexpr int kDeletion = 0;
  const std::string end(16, '\xFF');          // behind every key of ours
  std::vector<rocksdb::KeyVersion> versions;  // the latest of a key comes first
  const auto status = rocksdb::GetAllKeyVersions(&store.db(), family, {}, end, SIZE_MAX, &versions);
  const std::string* last = nullptr;
  for (auto& version : versions) {
    if (last != nullptr && *last == version.user_key) continue;
    last = &version.user_key;
    if (family == store.journal()) {
      patch.pages.emplace_back(version.user_key, std::move(version.value));
    } else if (version.type == kDeletion) {
      patch.erased_rows.push_back(version.user_key);
    } else {
      patch.rows.emplace_back(version.user_key, std::move(version.value));
    }
  }
  return status;
}

/// Reads the logs by themselves. Together with the tables RocksDB would refuse them: a log is kept
/// while one family needs it, so it repeats what is in tables of the other.
Status add_logs(Env& env, const std::string& from, const std::string& to,
                const std::vector<std::string>& names, const JournalOptions& journal,
                Patch& patch) {
  if (std::ranges::none_of(names, is_log)) return {};
  // An empty store replays them as its own, if they come after the log that it has already.
  if (auto empty = Store::open(env, to, journal, nullptr); !empty) return empty.error();
  Status status;
  for (const auto& name : names) {
    if (status.ok() && is_log(name)) {
      status = link_or_copy(env, from + "/" + name, to + "/9" + name);
    }
  }
  if (!status.ok()) return status;
  auto logs = Store::open(env, to, journal, nullptr);
  if (!logs) return logs.error();
  status = add_versions(**logs, (*logs)->rows(), patch);
  if (status.ok()) status = add_versions(**logs, (*logs)->journal(), patch);
  logs->reset();
  const auto removed = remove_folder(env, to);
  return removed ? status : Status::IOError(removed.error().what);
}

Status apply(Store& store, const Patch& patch) {
  rocksdb::WriteOptions sync;
  sync.sync = true;
  Status status;
  const auto write = [&](auto&& add) {
    rocksdb::WriteBatch batch;
    if (status.ok()) status = add(batch);
    if (status.ok()) status = store.db().Write(sync, &batch);
  };
  for (const auto& row : patch.rows) {
    write([&](auto& batch) { return batch.Put(store.rows(), row.first, row.second); });
  }
  for (const auto& page : patch.pages) {
    write([&](auto& batch) { return batch.Put(store.journal(), page.first, page.second); });
  }
  for (const auto& key : patch.erased_rows) {
    write([&](auto& batch) { return batch.Delete(store.rows(), key); });
  }
  if (status.ok()) status = store.db().Flush({}, {store.rows(), store.journal()});
  return status;
}

/// Leaves in quarantine what is damaged or explains the damage.
void thin_out(Env& env, const std::string& path,
              const std::map<std::string, TableContents>& tables) {
  for (const auto& [name, table] : tables) {
    if (table.state == TableState::Whole) {
      env.DeleteFile(path + "/" + name).PermitUncheckedError();
    }
  }
  env.DeleteFile(path + "/LOCK").PermitUncheckedError();
}

RepairReport make_report(const std::map<std::string, TableContents>& tables,
                         const std::string& quarantine, const std::string& cause) {
  RepairReport report;
  report.damages.push_back("the store was damaged (" + cause + ") and was repaired; see " +
                           quarantine);
  for (const auto& [name, table] : tables) {
    if (table.state == TableState::Whole) continue;
    const bool readable = table.state == TableState::Damaged;
    report.lost += readable ? table.lost : 1;
    report.damages.push_back(name +
                             (readable ? ": at most " + std::to_string(table.lost) + " records lost"
                                       : ": all records lost, its index cannot be read"));
  }
  report.lost = std::max<std::uint64_t>(report.lost, 1);
  return report;
}

}  // namespace

Result<RepairReport> repair(DataFolder& folder, FileGuard& guard, std::unique_ptr<Store> store,
                            const JournalOptions& journal, std::vector<std::string> sources,
                            const std::string& cause) {
  Env& env = folder.env();
  auto status = store ? find_tables(*store, sources) : Status();
  const auto tables = inspect_tables(env, folder.db());
  const bool has_unreadable = std::ranges::any_of(
      tables, [](const auto& table) { return table.second.state == TableState::Unreadable; });
  // A table that cannot be read at all hides every record in its range. Without it the others show,
  // so it goes first; blocks that are damaged besides are found in the next round.
  Patch patch = store && !has_unreadable ? make_patch(*store, tables) : Patch();
  store.reset();

  if (auto removed = remove_folder(env, folder.repaired()); !removed) {
    return tl::unexpected(removed.error());
  }
  if (status.ok()) status = fill_repaired(env, folder.db(), folder.repaired(), sources, tables);
  guard.forget();  // whatever is deleted from here on has a second name
  if (status.ok()) {
    status = add_logs(env, folder.db(), folder.repaired() + "/logs", sources, journal, patch);
  }
  const bool has_tables = std::ranges::any_of(
      tables, [](const auto& table) { return table.second.state == TableState::Whole; });
  if (status.ok() && has_tables) {
    status = rocksdb::RepairDB(folder.repaired(), make_db_options(&env, nullptr),
                               make_families(journal));
  }
  if (status.ok()) {
    auto repaired = Store::open(env, folder.repaired(), journal, nullptr);
    status = repaired ? apply(**repaired, patch) : repaired.error();
  }
  if (!status.ok()) return failure("cannot repair the store: " + describe(status));

  const auto quarantine = folder.make_quarantine();
  if (!quarantine) return tl::unexpected(quarantine.error());
  if (auto swapped = folder.swap_in_repaired(*quarantine); !swapped) {
    return tl::unexpected(swapped.error());
  }
  env.RenameFile(folder.db() + "/lost", *quarantine + "/lost").PermitUncheckedError();
  thin_out(env, *quarantine + "/db", tables);
  return make_report(tables, *quarantine, cause);
}

}  // namespace sluice::storage
