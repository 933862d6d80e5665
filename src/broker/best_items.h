#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "broker/inspection.h"

namespace sluice::broker {

/// The first items of a list by `Before`, however many pass by, and how many did.
template <class Item, class Before>
class BestItems {
 public:
  /// expected  how many may pass by: a long list must not move as it grows
  BestItems(std::size_t capacity, std::size_t expected, Before before)
      : capacity_(capacity), before_(before) {
    items_.reserve(std::min(capacity, expected));
  }

  /// Counts one; true: it is among the first ones so far, and to be added.
  bool count(const Item& item) {
    ++total_;
    return items_.size() < capacity_ || (capacity_ > 0 && before_(item, items_.front()));
  }
  void add(const Item& item) {
    if (items_.size() < capacity_) {
      items_.push_back(item);
      if (items_.size() == capacity_) std::make_heap(items_.begin(), items_.end(), before_);
      return;
    }
    std::pop_heap(items_.begin(), items_.end(), before_);
    items_.back() = item;
    std::push_heap(items_.begin(), items_.end(), before_);
  }

  /// In no particular order: a long list is not to be sorted on a shard.
  Excerpt<Item> take() { return {std::exchange(items_, {}), total_}; }

 private:
  std::size_t capacity_;
  Before before_;
  std::vector<Item> items_;  // once full a heap, the last one on top
  std::uint64_t total_ = 0;
};

}  // namespace sluice::broker
