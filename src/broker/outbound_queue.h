#pragma once

#include <cstddef>

#include "broker/delivery.h"
#include "broker/ring_queue.h"

namespace sluice::broker {

/// Messages that wait to be sent to one Client, in order.
///
/// Retained messages that a new subscription asked for come first and apart: they are part of the
/// answer to SUBSCRIBE and all of them arrive, however many, so the queue's limits do not apply.
class OutboundQueue {
 public:
  bool empty() const { return replay_.empty() && queue_.empty(); }
  /// Messages and bytes that count against the limits of a Session's queue.
  std::size_t size() const { return queue_.size(); }
  std::size_t bytes() const { return bytes_; }
  std::size_t replay_size() const { return replay_.size(); }

  void push(Delivery delivery) {
    bytes_ += delivery.message->size();
    queue_.push_back(std::move(delivery));
  }
  void push_replay(Delivery delivery) { replay_.push_back(std::move(delivery)); }

  Delivery& front() { return replay_.empty() ? queue_.front() : replay_.front(); }
  Delivery pop() {
    if (!replay_.empty()) return replay_.pop_front();
    Delivery delivery = queue_.pop_front();
    bytes_ -= delivery.message->size();
    return delivery;
  }

  /// Takes the oldest of those that count.
  Delivery pop_oldest_counted() {
    Delivery delivery = queue_.pop_front();
    bytes_ -= delivery.message->size();
    return delivery;
  }

  /// Passes every message that counts to keep(), in order, and drops those for which it returns
  /// false.
  template <class Keep>
  void filter(Keep&& keep) {
    for (std::size_t left = queue_.size(); left > 0; --left) {
      Delivery delivery = pop_oldest_counted();
      if (keep(delivery)) push(std::move(delivery));
    }
  }

  void shrink_if_empty() {
    queue_.shrink_if_empty();
    replay_.shrink_if_empty();
  }

  /// The last attempt to send had to leave messages here: the Client or its network is slow.
  bool stalled = false;
  /// QoS 0 is being dropped: the bytes went beyond the high watermark and not yet below the low
  /// one.
  bool congested = false;

 private:
  RingQueue<Delivery> queue_;
  RingQueue<Delivery> replay_;
  std::size_t bytes_ = 0;
};

}  // namespace sluice::broker
