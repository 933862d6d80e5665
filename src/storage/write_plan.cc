#include "storage/write_plan.h"

#include <algorithm>
#include <array>

#include "storage/record_format.h"

namespace sluice::storage {

using rocksdb::Slice;
using rocksdb::Status;

void WritePlan::reset() {
  planned_.replace(dropped_.ranges());
  changes_.clear();
}

Status WritePlan::add(std::span<const Batch> batches, Store& store, rocksdb::WriteBatch& out) {
  Status status;
  for (const Batch& batch : batches) {
    for (const Page& page : batch.pages) {
      if (status.ok()) status = add_page(page, store, out);
    }
    for (const RowChange& row : batch.rows) {
      const std::string key = encode_row_key(row.table, row.key);
      if (!status.ok()) return status;
      status = row.value ? put_sealed(out, store.rows(), key, *row.value)
                         : out.Delete(store.rows(), key);
    }
    for (const PageRange& range : batch.dropped) {
      if (!status.ok() || range.first > range.last) continue;
      status = add_edit(planned_.add(range), store, out);
      changes_.push_back({true, range});
    }
  }
  return status;
}

void WritePlan::commit() {
  if (!changes_.empty()) dropped_.apply(changes_);
  changes_.clear();
}

Status WritePlan::add_page(const Page& page, Store& store, rocksdb::WriteBatch& out) {
  if (planned_.contains(page.id)) {
    const auto status = add_edit(planned_.remove(page.id), store, out);
    if (!status.ok()) return status;
    dropped_.remove(page.id);
    changes_.push_back({false, {page.id, page.id}});
  }
  return put_sealed(out, store.journal(), encode_number(page.id), page.bytes);
}

Status WritePlan::add_edit(const DroppedPages::Edit& edit, Store& store, rocksdb::WriteBatch& out) {
  Status status;
  for (const PageId first : edit.erased) {
    const bool is_set_anew =
        std::ranges::find(edit.set, first, &PageRange::first) != edit.set.end();
    if (status.ok() && !is_set_anew) status = out.Delete(store.rows(), encode_dropped_key(first));
  }
  for (const PageRange& range : edit.set) {
    if (!status.ok()) break;
    status =
        put_sealed(out, store.rows(), encode_dropped_key(range.first), encode_number(range.last));
  }
  return status;
}

Status put_sealed(rocksdb::WriteBatch& out, rocksdb::ColumnFamilyHandle* family, ByteView key,
                  ByteView value) {
  const std::string seal = make_seal(key, value);
  const Slice key_part(key.data(), key.size());
  const std::array value_parts{Slice(seal), Slice(value.data(), value.size())};
  return out.Put(family, rocksdb::SliceParts(&key_part, 1),
                 rocksdb::SliceParts(value_parts.data(), static_cast<int>(value_parts.size())));
}

}  // namespace sluice::storage
