#include "storage/memory_engine.h"

namespace sluice::storage {

Result<LoadReport> MemoryEngine::load(LoadSink& sink) {
  const std::scoped_lock lock(mutex_);
  LoadReport report;
  for (const auto& [row, value] : rows_) {
    sink.on_row(row.first, row.second, value);
    report.bytes += row.second.size() + value.size();
  }
  for (const auto& [id, bytes] : pages_) {
    sink.on_page(id, bytes);
    report.bytes += bytes.size();
  }
  report.rows = rows_.size();
  report.pages = pages_.size();
  return report;
}

Result<void> MemoryEngine::write(std::span<const Batch> batches) {
  const std::scoped_lock lock(mutex_);
  for (const Batch& batch : batches) apply(batch);
  return {};
}

Result<std::optional<std::string>> MemoryEngine::read_page(PageId id) {
  const std::scoped_lock lock(mutex_);
  const auto found = pages_.find(id);
  if (found == pages_.end()) return std::nullopt;
  return found->second;
}

void MemoryEngine::apply(const Batch& batch) {
  for (const Page& page : batch.pages) pages_.insert_or_assign(page.id, page.bytes);
  if (keeps_rows_) {
    for (const RowChange& row : batch.rows) {
      if (row.value) {
        rows_.insert_or_assign({row.table, row.key}, *row.value);
      } else {
        rows_.erase({row.table, row.key});
      }
    }
  }
  for (const PageRange& range : batch.dropped) {
    if (range.first > range.last) continue;
    pages_.erase(pages_.lower_bound(range.first), pages_.upper_bound(range.last));
  }
}

}  // namespace sluice::storage
