#pragma once

#include <map>
#include <shared_mutex>
#include <span>
#include <vector>

#include "storage/engine.h"

namespace sluice::storage {

/// The pages that were dropped, as few disjoint ranges as possible.
///
/// Pages are not deleted one by one, nor by RocksDB's own range deletions: those would make every
/// file of the journal overlap the others, so that all of it had to be merged again and again.
/// The ranges are rows instead. Files that hold nothing else are deleted whole, and whatever
/// writes a file leaves dropped pages out.
///
/// Ranges grow into each other, so there are at most one more than there are pages. They are kept
/// for good: the one range that remains of a drained journal is one row.
///
/// Threads    changed by the thread that writes; read by any.
class DroppedPages {
 public:
  /// What turns the stored rows from before a change into those after it, keyed by `first`.
  struct Edit {
    std::vector<PageId> erased;
    std::vector<PageRange> set;
  };

  DroppedPages() = default;
  explicit DroppedPages(std::map<PageId, PageId> ranges) : ranges_(std::move(ranges)) {}

  void replace(std::map<PageId, PageId> ranges);
  Edit add(PageRange range);
  /// Takes one page out again, because its id is used anew.
  Edit remove(PageId id);

  struct Change {
    bool is_added;
    PageRange range;
  };
  /// Several changes at once, none of them seen without the others.
  void apply(std::span<const Change> changes);

  bool contains(PageId id) const;
  /// How many ids of `range` are dropped.
  std::uint64_t count(PageRange range) const;
  std::map<PageId, PageId> ranges() const;

 private:
  Edit add_locked(PageRange range);
  Edit remove_locked(PageId id);

  mutable std::shared_mutex mutex_;
  std::map<PageId, PageId> ranges_;  // first to last, neither touching nor overlapping
};

}  // namespace sluice::storage
