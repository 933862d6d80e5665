#include "storage/dropped_pages.h"

#include <algorithm>
#include <limits>
#include <mutex>

namespace sluice::storage {
namespace {

constexpr PageId kLastId = std::numeric_limits<PageId>::max();

/// The range that holds `id` or, failing that, the first behind it.
template <class Ranges>
auto find_range(Ranges& ranges, PageId id) {
  auto next = ranges.upper_bound(id);
  if (next == ranges.begin()) return next;
  const auto before = std::prev(next);
  return before->second >= id ? before : next;
}

}  // namespace

void DroppedPages::replace(std::map<PageId, PageId> ranges) {
  const std::unique_lock lock(mutex_);
  ranges_ = std::move(ranges);
}

DroppedPages::Edit DroppedPages::add(PageRange range) {
  const std::unique_lock lock(mutex_);
  return add_locked(range);
}

DroppedPages::Edit DroppedPages::remove(PageId id) {
  const std::unique_lock lock(mutex_);
  return remove_locked(id);
}

void DroppedPages::apply(std::span<const Change> changes) {
  const std::unique_lock lock(mutex_);
  for (const Change& change : changes) {
    change.is_added ? add_locked(change.range) : remove_locked(change.range.first);
  }
}

DroppedPages::Edit DroppedPages::add_locked(PageRange range) {
  if (range.first > range.last) return {};
  Edit edit;
  auto merged = find_range(ranges_, range.first == 0 ? 0 : range.first - 1);
  const PageId reach = range.last == kLastId ? kLastId : range.last + 1;
  while (merged != ranges_.end() && merged->first <= reach) {
    range = {std::min(range.first, merged->first), std::max(range.last, merged->second)};
    edit.erased.push_back(merged->first);
    merged = ranges_.erase(merged);
  }
  ranges_.emplace(range.first, range.last);
  edit.set.push_back(range);
  return edit;
}

DroppedPages::Edit DroppedPages::remove_locked(PageId id) {
  const auto found = find_range(ranges_, id);
  if (found == ranges_.end() || found->first > id) return {};
  const auto [first, last] = *found;
  Edit edit;
  edit.erased.push_back(first);
  ranges_.erase(found);
  if (first < id) edit.set.push_back({first, id - 1});
  if (id < last) edit.set.push_back({id + 1, last});
  for (const auto& rest : edit.set) ranges_.emplace(rest.first, rest.last);
  return edit;
}

bool DroppedPages::contains(PageId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = find_range(ranges_, id);
  return found != ranges_.end() && found->first <= id;
}

std::uint64_t DroppedPages::count(PageRange range) const {
  const std::shared_lock lock(mutex_);
  std::uint64_t sum = 0;
  for (auto part = find_range(ranges_, range.first);
       part != ranges_.end() && part->first <= range.last; ++part) {
    sum += std::min(part->second, range.last) - std::max(part->first, range.first) + 1;
  }
  return sum;
}

std::map<PageId, PageId> DroppedPages::ranges() const {
  const std::shared_lock lock(mutex_);
  return ranges_;
}

}  // namespace sluice::storage
