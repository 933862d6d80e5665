#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/assert.h"

namespace sluice::broker {

/// A queue in one ring that owns no memory while it never held anything.
///
/// std::deque takes more than half a kilobyte when empty, which an idle Client may not cost.
template <class T>
class RingQueue {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  T& operator[](std::size_t index) { return items_[(head_ + index) & (capacity_ - 1)]; }
  const T& operator[](std::size_t index) const { return items_[(head_ + index) & (capacity_ - 1)]; }
  T& front() { return items_[head_]; }
  const T& front() const { return items_[head_]; }
  T& back() { return (*this)[size_ - 1]; }

  T& push_back(T&& item) {
    if (size_ == capacity_) grow();
    T& slot = items_[(head_ + size_) & (capacity_ - 1)];
    slot = std::move(item);
    ++size_;
    return slot;
  }

  T pop_front() {
    SLUICE_ASSERT(size_ > 0);
    T item = std::exchange(items_[head_], T{});
    head_ = (head_ + 1) & (capacity_ - 1);
    --size_;
    return item;
  }

  /// For a front that has been reset to T{}.
  void drop_front() {
    SLUICE_ASSERT(size_ > 0);
    head_ = (head_ + 1) & (capacity_ - 1);
    --size_;
  }

  void clear() { *this = RingQueue{}; }

  /// Gives memory back that an emptied queue is unlikely to need again at once.
  void shrink_if_empty() {
    if (size_ == 0 && capacity_ > kKeptWhenEmpty) clear();
  }

  RingQueue() = default;
  RingQueue(RingQueue&& other) noexcept { swap(other); }
  RingQueue& operator=(RingQueue&& other) noexcept {
    RingQueue(std::move(other)).swap(*this);
    return *this;
  }

 private:
  static constexpr std::uint32_t kKeptWhenEmpty = 256;

  void swap(RingQueue& other) noexcept {
    std::swap(items_, other.items_);
    std::swap(capacity_, other.capacity_);
    std::swap(head_, other.head_);
    std::swap(size_, other.size_);
  }

  void grow() {
    const std::uint32_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
    auto items = std::make_unique<T[]>(capacity);
    for (std::uint32_t i = 0; i < size_; ++i) items[i] = std::move((*this)[i]);
    items_ = std::move(items);
    capacity_ = capacity;
    head_ = 0;
  }

  std::unique_ptr<T[]> items_;
  std::uint32_t capacity_ = 0;  // a power of two
  std::uint32_t head_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace sluice::broker
