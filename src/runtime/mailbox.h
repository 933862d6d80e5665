#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "base/assert.h"

namespace sluice::runtime {

/// A bounded ring from one producer thread to one consumer thread.
///
/// The producer writes any number of items and shows them together by `publish`; the consumer takes
/// all that is shown and gives the room back once: two shared words move per batch, not per item.
template <class T>
class Mailbox {
 public:
  /// capacity  a power of two
  explicit Mailbox(std::size_t capacity)
      : mask_(capacity - 1), cells_(std::make_unique_for_overwrite<Cell[]>(capacity)) {
    SLUICE_ASSERT(std::has_single_bit(capacity));
  }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  /// No thread uses the mailbox any more; what was not consumed is destroyed.
  ~Mailbox() {
    for (std::size_t i = head_.load(); i != written_; ++i) at(i)->~T();
  }

  /// Producer. False if the ring is full; `item` then is untouched.
  bool try_push(T&& item) {
    if (written_ - known_head_ > mask_) {
      known_head_ = head_.load(std::memory_order_acquire);
      if (written_ - known_head_ > mask_) return false;
    }
    ::new (static_cast<void*>(&cells_[written_ & mask_])) T(std::move(item));
    ++written_;
    return true;
  }

  /// Producer. Shows what was pushed; true if there was something new. Sequentially consistent: see
  /// ShardGroup for the flag it is ordered with.
  bool publish() {
    if (written_ == published_) return false;
    published_ = written_;
    tail_.store(written_, std::memory_order_seq_cst);
    return true;
  }

  /// Consumer. Whether something is shown. Sequentially consistent, like `publish`.
  bool has_items() const {
    return tail_.load(std::memory_order_seq_cst) != head_.load(std::memory_order_relaxed);
  }

  /// Consumer. Hands over what is shown at the call, in order.
  template <class Consumer>
  void drain(Consumer&& consume) {
    const std::size_t tail = tail_.load(std::memory_order_acquire);
    std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail) return;
    for (; head != tail; ++head) {
      T item = std::move(*at(head));
      at(head)->~T();
      consume(std::move(item));
    }
    head_.store(head, std::memory_order_release);
  }

 private:
  struct Cell {
    alignas(T) std::byte bytes[sizeof(T)];
  };

  T* at(std::size_t index) { return std::launder(reinterpret_cast<T*>(&cells_[index & mask_])); }

  static constexpr std::size_t kCacheLine = 64;
  const std::size_t mask_;
  const std::unique_ptr<Cell[]> cells_;
  // Producer's line, then consumer's line: neither dirties the other's but by a batch.
  alignas(kCacheLine) std::size_t written_ = 0;
  std::size_t published_ = 0;
  std::size_t known_head_ = 0;
  std::atomic<std::size_t> tail_{0};
  alignas(kCacheLine) std::atomic<std::size_t> head_{0};
};

}  // namespace sluice::runtime
