#include "storage/recovery.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>

#include "base/log.h"
#include "storage/record_format.h"
#include "storage/repair.h"
#include "storage/status.h"
#include "storage/store_options.h"
#include "storage/table_inspector.h"

namespace sluice::storage {
namespace {

/// A repair leaves out whole tables first and blocks after that; more rounds find nothing new.
constexpr int kRepairsMax = 3;
constexpr std::size_t kDamageLinesMax = 40;

using rocksdb::Status;

/// The number of the last write of which `rows` knows, 0 when there is none.
std::uint64_t find_write_number(rocksdb::Iterator& rows) {
  rows.Seek(rocksdb::Slice(kWriteNumberKey.data(), kWriteNumberKey.size()));
  if (!rows.Valid() || rows.key().ToStringView() != kWriteNumberKey) return 0;
  const auto value = unseal(kWriteNumberKey, rows.value().ToStringView());
  return value ? decode_number(*value).value_or(0) : 0;
}

std::uint64_t find_write_number(Store& store) {
  const std::unique_ptr<rocksdb::Iterator> rows(store.db().NewIterator({}, store.rows()));
  return find_write_number(*rows);
}

std::uint64_t find_write_number(rocksdb::Env& env, const std::string& table) {
  rocksdb::SstFileReader reader(make_table_options(&env));
  if (!reader.Open(table).ok()) return 0;
  const std::unique_ptr<rocksdb::Iterator> rows(reader.NewIterator({}));
  return find_write_number(*rows);
}

std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// RocksDB reads a table without its properties as if it were of an older format, and finds
/// nothing.
Status check_properties(Store& store) {
  for (auto* family : {store.rows(), store.journal()}) {
    rocksdb::TablePropertiesCollection tables;
    const auto status = store.db().GetPropertiesOfAllTables(family, &tables);
    if (!status.ok()) return status;
    for (const auto& [path, properties] : tables) {
      if (!properties || properties->column_family_name != family->GetName()) {
        return Status::Corruption("the properties of " + file_name(path) + " cannot be read");
      }
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Store>> Recovery::open() {
  for (int repairs = 0;; ++repairs) {
    guard_.hold();
    log_watch_.reset();
    files_.clear();
    folder_.env().GetChildren(folder_.db(), &files_).PermitUncheckedError();
    auto store = Store::open(folder_.env(), folder_.db(), journal_, &log_watch_);
    Status status = store ? Status() : store.error();
    if (status.ok()) {
      report_gaps();
      status = check_properties(**store);
      if (status.ok()) status = read_own_rows(**store);
    }
    if (status.ok() && misses_tables(**store)) {
      status = Status::Corruption("the list of tables is incomplete");
      store->reset();
    }
    if (!guard_.read_error().ok()) status = guard_.read_error();
    if (status.ok()) return std::move(*store);
    if (!is_damage(status) || repairs == kRepairsMax) {
      return failure("cannot open the store in " + folder_.db() + ": " + describe(status));
    }
    auto repaired = repair_damage(store ? std::move(*store) : nullptr, status);
    if (!repaired) return tl::unexpected(repaired.error());
  }
}

Result<std::unique_ptr<Store>> Recovery::load(std::unique_ptr<Store> store, LoadSink& sink) {
  StoreReader reader(sink, report_);
  for (int repairs = 0;; ++repairs) {
    auto status = store->db().VerifyFileChecksums({});
    if (status.ok()) status = reader.read(*store, dropped_);
    if (status.ok()) status = put_broken_aside(*store, reader.broken());
    if (!guard_.read_error().ok()) status = guard_.read_error();
    if (status.ok()) return store;
    if (!is_damage(status) || repairs == kRepairsMax) {
      return failure("cannot read the store in " + folder_.db() + ": " + describe(status));
    }
    if (auto repaired = repair_damage(std::move(store), status); !repaired) {
      return tl::unexpected(repaired.error());
    }
    auto opened = open();
    if (!opened) return opened;
    store = std::move(*opened);
  }
}

Status Recovery::read_own_rows(Store& store) {
  std::map<PageId, PageId> ranges;
  std::vector<BrokenRecord> broken;
  auto status = read_dropped(store, ranges, broken);
  if (status.ok()) status = put_broken_aside(store, broken);
  if (!status.ok()) return status;
  dropped_.replace(std::move(ranges));
  log_watch_.set_next(find_write_number(store) + 1);
  return status;
}

/// Whether tables that RocksDB took for leftovers hold what the store has not.
bool Recovery::misses_tables(Store& store) {
  for (const auto& path : guard_.held()) {
    if (!path.ends_with(".sst")) continue;
    const auto table = inspect_table(folder_.env(), path);
    if (table.family == rocksdb::kDefaultColumnFamilyName) {
      if (find_write_number(folder_.env(), path) > find_write_number(store)) return true;
      continue;
    }
    std::string value;
    for (const auto& key : table.keys) {
      const auto id = decode_number(key);
      if (!id || dropped_.contains(*id)) continue;
      if (store.db().Get({}, store.journal(), key, &value).IsNotFound()) return true;
    }
  }
  return false;
}

Result<void> Recovery::repair_damage(std::unique_ptr<Store> store, const Status& cause) {
  auto report = repair(folder_, guard_, std::move(store), journal_, files_, describe(cause));
  if (!report) return tl::unexpected(report.error());
  add_damage(report->lost, report->damages.front());
  for (std::size_t i = 1; i < report->damages.size(); ++i) add_damage(0, report->damages[i]);
  return {};
}

void Recovery::report_gaps() {
  for (const auto& [path, writes] : log_watch_.gaps()) {
    std::string place = "could not be put aside";
    if (const auto quarantine = folder_.make_quarantine()) {
      const std::string copy = *quarantine + "/" + file_name(path);
      if (link_or_copy(folder_.env(), path, copy).ok()) place = "is now " + copy;
    }
    add_damage(writes, std::to_string(writes) + " writes are damaged in a log, which " + place);
  }
}

Status Recovery::put_broken_aside(Store& store, const std::vector<BrokenRecord>& broken) {
  if (broken.empty()) return {};
  const auto quarantine = folder_.make_quarantine();
  if (!quarantine) return Status::IOError(quarantine.error().what);
  std::string text;
  rocksdb::WriteBatch erased;
  Status status;
  for (const auto& record : broken) {
    text += (record.is_page ? "page " : "row ") + to_hex(record.key) + " " + to_hex(record.value) +
            "\n";
    auto* family = record.is_page ? store.journal() : store.rows();
    if (status.ok()) status = erased.Delete(family, record.key);
  }
  const std::string path = *quarantine + "/records.txt";
  if (status.ok()) status = rocksdb::WriteStringToFile(&folder_.env(), text, path, true);
  rocksdb::WriteOptions sync;
  sync.sync = true;
  if (status.ok()) status = store.db().Write(sync, &erased);
  add_damage(broken.size(),
             std::to_string(broken.size()) + " records are damaged and now in " + path);
  return status;
}

void Recovery::add_damage(std::uint64_t records, const std::string& line) {
  report_.damaged += records;
  if (report_.damages.size() < kDamageLinesMax) report_.damages.push_back(line);
  log::warning("damage: " + line);
}

}  // namespace sluice::storage
