#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sluice::broker {

/// What waits to be collected: the first `max` items, and how many more there were.
template <class Item>
class Gathered {
 public:
  explicit Gathered(std::size_t max) : max_(max) {}

  void add(Item item) {
    if (items_.size() < max_) {
      items_.push_back(std::move(item));
    } else {
      ++lost_;
    }
  }

  std::size_t size() const { return items_.size(); }
  std::vector<Item> take() { return std::exchange(items_, {}); }
  std::uint64_t take_lost() { return std::exchange(lost_, 0); }

 private:
  std::size_t max_;
  std::vector<Item> items_;
  std::uint64_t lost_ = 0;
};

}  // namespace sluice::broker
