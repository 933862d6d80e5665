#include "storage/space_keeper.h"

#include <rocksdb/convenience.h>
#include <rocksdb/metadata.h>

#include <chrono>

#include "storage/record_format.h"

namespace sluice::storage {
namespace {

constexpr std::chrono::seconds kInterval{1};
constexpr std::uint64_t kIdleLogBytes = 64 * 1024;
constexpr int kLastLevel = 1;

/// How much of a journal file is dropped, 0 to 1. Ids are given in order, so that counting ids is
/// nearly counting bytes.
double dropped_share(const rocksdb::SstFileMetaData& file, const DroppedPages& dropped) {
  const auto first = decode_number(file.smallestkey);
  const auto last = decode_number(file.largestkey);
  if (!first || !last) return 0;
  const auto ids = static_cast<double>(*last - *first) + 1;
  return static_cast<double>(dropped.count({*first, *last})) / ids;
}

std::uint64_t log_bytes(rocksdb::DB& db) {
  rocksdb::VectorLogPtr logs;
  std::uint64_t sum = 0;
  if (!db.GetSortedWalFiles(logs).ok()) return 0;
  for (const auto& log : logs) sum += log->SizeFileBytes();
  return sum;
}

bool has_many_erased(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* rows) {
  rocksdb::ColumnFamilyMetaData data;
  db.GetColumnFamilyMetaData(rows, &data);
  std::uint64_t entries = 0;
  std::uint64_t erased = 0;
  for (const auto& level : data.levels) {
    for (const auto& file : level.files) {
      entries += file.num_entries;
      erased += file.num_deletions;
    }
  }
  return erased * 4 > entries;
}

}  // namespace

SpaceKeeper::SpaceKeeper(Store& store, const DroppedPages& dropped)
    : store_(store), dropped_(dropped), thread_([this] { run(); }) {}

SpaceKeeper::~SpaceKeeper() {
  {
    const std::scoped_lock lock(mutex_);
    stops_ = true;
  }
  changed_.notify_one();
  store_.db().DisableManualCompaction();
  thread_.join();
}

void SpaceKeeper::on_write() {
  const std::scoped_lock lock(mutex_);
  if (!std::exchange(written_, true)) changed_.notify_one();
}

void SpaceKeeper::run() {
  std::unique_lock lock(mutex_);
  while (!stops_) {
    changed_.wait(lock, [this] { return written_ || stops_; });
    written_ = false;
    changed_.wait_for(lock, kInterval, [this] { return stops_; });
    if (stops_) return;
    const bool is_idle = !written_;
    lock.unlock();
    if (is_idle) tidy_when_idle();
    tidy_journal();
    lock.lock();
  }
}

// What fails below is tried again at the next turn; an error that matters meets the writer as well.

void SpaceKeeper::tidy_journal() {
  rocksdb::ColumnFamilyMetaData data;
  store_.db().GetColumnFamilyMetaData(store_.journal(), &data);
  std::vector<std::pair<std::string, std::string>> dead;
  std::vector<std::string> sparse;
  for (const auto& level : data.levels) {
    for (const auto& file : level.files) {
      if (file.being_compacted) continue;
      const double share = dropped_share(file, dropped_);
      if (share >= 1 && level.level == kLastLevel) {
        dead.emplace_back(file.smallestkey, file.largestkey);
      } else if (share > 0.5) {
        sparse.push_back(file.name);
      }
    }
  }
  std::vector<rocksdb::Slice> bounds;
  for (const auto& [first, last] : dead) bounds.insert(bounds.end(), {first, last});
  std::vector<rocksdb::RangePtr> ranges;
  for (std::size_t i = 0; i < bounds.size(); i += 2)
    ranges.emplace_back(&bounds[i], &bounds[i + 1]);
  if (!ranges.empty()) {
    rocksdb::DeleteFilesInRanges(&store_.db(), store_.journal(), ranges.data(), ranges.size())
        .PermitUncheckedError();
  }
  for (const auto& file : sparse) {
    store_.db().CompactFiles({}, store_.journal(), {file}, kLastLevel).PermitUncheckedError();
  }
}

void SpaceKeeper::tidy_when_idle() {
  if (log_bytes(store_.db()) > kIdleLogBytes) {
    store_.db().Flush({}, {store_.rows(), store_.journal()}).PermitUncheckedError();
  }
  if (has_many_erased(store_.db(), store_.rows())) {
    store_.db().CompactRange({}, store_.rows(), nullptr, nullptr).PermitUncheckedError();
  }
}

}  // namespace sluice::storage
