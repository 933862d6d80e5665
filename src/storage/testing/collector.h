#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "storage/engine.h"

namespace sluice::storage::testing {

using Rows = std::map<std::pair<Table, std::string>, std::string>;
using Pages = std::map<PageId, std::string>;

/// Everything a store gave when it was loaded.
class Collector final : public LoadSink {
 public:
  Rows rows;
  Pages pages;
  bool is_sorted = true;  // rows by table and key, then pages by id, none twice

  void on_row(Table table, ByteView key, ByteView value) override {
    const std::pair place(table, std::string(key));
    is_sorted &= pages.empty() && (rows.empty() || rows.rbegin()->first < place);
    rows.emplace(place, value);
  }
  void on_page(PageId id, ByteView bytes) override {
    is_sorted &= pages.empty() || pages.rbegin()->first < id;
    pages.emplace(id, bytes);
  }
};

/// What a store holds after these batches, kept the plain way: the measure for all engines.
class Model {
 public:
  Rows rows;
  Pages pages;

  void apply(const Batch& batch) {
    for (const Page& page : batch.pages) pages.insert_or_assign(page.id, page.bytes);
    for (const RowChange& row : batch.rows) {
      rows.erase({row.table, row.key});
      if (row.value) rows.emplace(std::pair(row.table, row.key), *row.value);
    }
    for (const PageRange& range : batch.dropped) {
      std::erase_if(pages, [&](const auto& page) {
        return range.first <= page.first && page.first <= range.last;
      });
    }
  }
  bool operator==(const Model&) const = default;
};

inline Model loaded(const Collector& collector) {
  Model model;
  model.rows = collector.rows;
  model.pages = collector.pages;
  return model;
}

}  // namespace sluice::storage::testing
