#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "broker/store_link.h"

// For tests: a store that does one thing at a time, when the test wants, and outlives the broker.

namespace sluice::broker::testing {

/// What is durable, and what each shard has on its way there.
class SimulatedStore {
 public:
  /// One shard's door to it.
  class Port final : public StoreLink {
   public:
    explicit Port(SimulatedStore& store) : store_(store) {}

    bool is_durable() const override { return store_.is_durable; }
    bool commit(storage::Batch batch) override {
      SLUICE_ASSERT(batches_.empty() || store_.answers_early);
      if (!store_.is_durable) {
        store_.apply(std::move(batch));
        return true;
      }
      batches_.push_back(std::move(batch));
      return store_.answers_early;
    }
    void read_page(storage::PageId id) override { reads_.push_back(id); }

    bool has_commit() const { return !batches_.empty() && !store_.is_stuck; }
    /// Returns whether the broker waits for the answer.
    bool finish_commit() {
      store_.apply(std::move(batches_.front()));
      batches_.pop_front();
      return !store_.answers_early;
    }
    bool has_read() const { return !reads_.empty(); }
    storage::PageId next_read() {
      const storage::PageId id = reads_.front();
      reads_.pop_front();
      return id;
    }
    /// The process dies: what was on its way has arrived or not.
    void die(bool arrived) {
      for (storage::Batch& batch : batches_) {
        if (arrived) store_.apply(std::move(batch));
      }
      batches_.clear();
      reads_.clear();
    }

   private:
    SimulatedStore& store_;
    std::deque<storage::Batch> batches_;  // at most one, unless the store answers early
    std::deque<storage::PageId> reads_;
  };

  bool is_durable = true;
  bool is_stuck = false;  // commits do not come to their end

  // Planted faults, to see that they are found.
  bool answers_early = false;                    // before the batch is durable
  std::function<void(storage::Batch&)> falsify;  // writes something else

  void apply(storage::Batch batch) {
    ++commits;
    if (falsify) falsify(batch);
    for (const storage::Page& page : batch.pages) {
      SLUICE_ASSERT(!pages_.contains(page.id));
      pages_[page.id] = page.bytes;
    }
    for (const storage::RowChange& row : batch.rows) {
      const auto key = std::pair(row.table, row.key);
      if (row.value) {
        rows_[key] = *row.value;
      } else {
        rows_.erase(key);
      }
    }
    for (const storage::PageRange& range : batch.dropped) {
      pages_.erase(pages_.lower_bound(range.first), pages_.upper_bound(range.last));
    }
  }

  std::optional<std::string> page(storage::PageId id) const {
    auto found = pages_.find(id);
    if (found == pages_.end()) return std::nullopt;
    return found->second;
  }
  void damage_page(storage::PageId id) { pages_.erase(id); }
  const std::map<storage::PageId, std::string>& pages() const { return pages_; }

  std::size_t page_bytes() const {
    std::size_t sum = 0;
    for (const auto& [id, bytes] : pages_) sum += bytes.size();
    return sum;
  }

  std::size_t rows(storage::Table table) const {
    return static_cast<std::size_t>(std::count_if(
        rows_.begin(), rows_.end(), [&](const auto& row) { return row.first.first == table; }));
  }

  void load(storage::LoadSink& sink) const {
    for (const auto& [key, value] : rows_) sink.on_row(key.first, key.second, value);
    for (const auto& [id, bytes] : pages_) sink.on_page(id, bytes);
  }

  std::uint64_t commits = 0;

 private:
  std::map<std::pair<storage::Table, std::string>, std::string> rows_;
  std::map<storage::PageId, std::string> pages_;
};

}  // namespace sluice::broker::testing
