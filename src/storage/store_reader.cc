#include "storage/store_reader.h"

#include <memory>

#include "storage/record_format.h"

namespace sluice::storage {
namespace {

rocksdb::ReadOptions make_scan_options() {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 256 * 1024;
  return options;
}

std::string successor(ByteView key) {
  return std::string(key) + '\0';
}

}  // namespace

rocksdb::Status StoreReader::read(Store& store, const DroppedPages& dropped) {
  if (!rows_done_) {
    if (auto status = read_rows(store); !status.ok()) return status;
    rows_done_ = true;
  }
  return read_pages(store, dropped);
}

rocksdb::Status StoreReader::read_rows(Store& store) {
  const std::unique_ptr<rocksdb::Iterator> row(
      store.db().NewIterator(make_scan_options(), store.rows()));
  for (row->Seek(row_position_); row->Valid(); row->Next()) {
    const ByteView key = row->key().ToStringView();
    row_position_ = successor(key);
    const auto value = unseal(key, row->value().ToStringView());
    if (!value) {
      take_broken(false, key, row->value().ToStringView());
      continue;
    }
    sink_.on_row(static_cast<Table>(key.front()), key.substr(1), *value);
    ++report_.rows;
    report_.bytes += key.size() + value->size();
  }
  return row->status();
}

rocksdb::Status StoreReader::read_pages(Store& store, const DroppedPages& dropped) {
  const std::unique_ptr<rocksdb::Iterator> page(
      store.db().NewIterator(make_scan_options(), store.journal()));
  for (page->Seek(page_position_); page->Valid(); page->Next()) {
    const ByteView key = page->key().ToStringView();
    page_position_ = successor(key);
    const auto id = decode_number(key);
    if (id && dropped.contains(*id)) continue;
    const auto bytes = unseal(key, page->value().ToStringView());
    if (!id || !bytes) {
      take_broken(true, key, page->value().ToStringView());
      continue;
    }
    sink_.on_page(*id, *bytes);
    ++report_.pages;
    report_.bytes += bytes->size();
  }
  return page->status();
}

void StoreReader::take_broken(bool is_page, ByteView key, ByteView value) {
  broken_.push_back({is_page, std::string(key), std::string(value)});
}

rocksdb::Status read_dropped(Store& store, std::map<PageId, PageId>& ranges,
                             std::vector<BrokenRecord>& broken) {
  const std::unique_ptr<rocksdb::Iterator> row(
      store.db().NewIterator(make_scan_options(), store.rows()));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const ByteView key = row->key().ToStringView();
    if (key.empty() || key.front() != kOwnTable) break;
    if (key == kWriteNumberKey) continue;
    const auto first = decode_number(key.substr(1));
    const auto value = unseal(key, row->value().ToStringView());
    const auto last = value ? decode_number(*value) : std::nullopt;
    if (first && last && *first <= *last) {
      ranges.emplace(*first, *last);
    } else {
      broken.push_back({false, std::string(key), row->value().ToString()});
    }
  }
  return row->status();
}

}  // namespace sluice::storage
