#include "storage/repair.h"

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

Status fill_repaired(Env& env, const std::string& from, const std::string& to,
                     const std::map<std::string, TableContents>& tables) {
  std::vector<std::string> names;
  auto status = env.GetChildren(from, &names);
  if (status.ok()) status = env.CreateDir(to);
  for (const auto& name : names) {
    if (!status.ok()) break;
    const auto table = tables.find(name);
    const bool left_out = table != tables.end() && table->second.state != TableState::Whole;
    const bool wanted = is_table(name) || name.ends_with(".log") || name.starts_with("MANIFEST-");
    if (wanted && !left_out) status = link_or_copy(env, from + "/" + name, to + "/" + name);
  }
  return status;
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
  for (const auto& [key, value] : patch.rows) {
    write([&](auto& batch) { return batch.Put(store.rows(), key, value); });
  }
  for (const auto& [key, value] : patch.pages) {
    write([&](auto& batch) { return batch.Put(store.journal(), key, value); });
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
                            const JournalOptions& journal, const std::string& cause) {
  Env& env = folder.env();
  const auto tables = inspect_tables(env, folder.db());
  const bool has_unreadable = std::ranges::any_of(
      tables, [](const auto& table) { return table.second.state == TableState::Unreadable; });
  // A table that cannot be read at all hides every record in its range. Without it the others show,
  // so it goes first; blocks that are damaged besides are found in the next round.
  const Patch patch = store && !has_unreadable ? make_patch(*store, tables) : Patch();
  store.reset();

  if (auto removed = remove_folder(env, folder.repaired()); !removed) {
    return tl::unexpected(removed.error());
  }
  auto status = fill_repaired(env, folder.db(), folder.repaired(), tables);
  if (status.ok()) {
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
  guard.forget();
  env.RenameFile(folder.db() + "/lost", *quarantine + "/lost").PermitUncheckedError();
  thin_out(env, *quarantine + "/db", tables);
  return make_report(tables, *quarantine, cause);
}

}  // namespace sluice::storage
