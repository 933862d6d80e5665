#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "broker/delivery.h"
#include "broker/ring_queue.h"
#include "broker/subscriber_list.h"

namespace sluice::broker {

/// A retained message for a new subscription.
inline Delivery make_replay(const MessagePtr& message, const SubscriptionOptions& options) {
  Delivery delivery;
  delivery.message = message;
  delivery.set_subscription_id(options.identifier);
  delivery.qos = std::min(message->qos(), options.maximum_qos);
  delivery.retain = true;  // [MQTT311-3.3.1-8]
  return delivery;
}

/// The retained messages that answer one SUBSCRIBE. References only: a hundred thousand of them
/// wait for a slow Client at eight bytes each.
struct RetainedReplay {
  std::vector<MessagePtr> messages;  // not empty
  SubscriptionOptions options;
  std::size_t sent = 0;

  Delivery next() const { return make_replay(messages[sent], options); }
};

/// Messages that wait to be sent to one Client, in order.
///
/// Retained messages that a new subscription asked for come first and apart: they are part of the
/// answer to SUBSCRIBE and all of them arrive, however many, so the queue's limits do not apply.
class OutboundQueue {
 public:
  bool empty() const { return replays_.empty() && queue_.empty(); }
  /// Messages and bytes that count against the limits of a Session's queue.
  std::size_t size() const { return queue_.size(); }
  std::size_t bytes() const { return bytes_; }
  /// Retained messages still to be sent.
  std::size_t replay_size() const { return replay_size_; }

  void push(Delivery delivery) {
    bytes_ += delivery.message->size();
    queue_.push_back(std::move(delivery));
  }
  void push_replay(RetainedReplay replay) {
    replay_size_ += replay.messages.size();
    replays_.push_back(std::move(replay));
  }

  Delivery& front() {
    if (replays_.empty()) return queue_.front();
    if (!next_of_replay_.message) next_of_replay_ = replays_.front().next();
    return next_of_replay_;
  }
  Delivery pop() {
    if (replays_.empty()) return pop_oldest_counted();
    Delivery delivery = std::move(front());
    next_of_replay_ = Delivery{};
    RetainedReplay& replay = replays_.front();
    replay.messages[replay.sent++].reset();
    --replay_size_;
    if (replay.sent == replay.messages.size()) replays_.pop_front();
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

  /// Passes every message that counts to visit(), in order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < queue_.size(); ++i) visit(queue_[i]);
  }

  /// The same until it returns false.
  template <class Visit>
  void for_each_while(Visit&& visit) const {
    for (std::size_t i = 0; i < queue_.size() && visit(queue_[i]); ++i) {
    }
  }
  /// Passes the retained messages still to be sent to visit() until it returns false; returns
  /// whether it never did.
  template <class Visit>
  bool for_each_replayed(Visit&& visit) const {
    for (std::size_t i = 0; i < replays_.size(); ++i) {
      const RetainedReplay& replay = replays_[i];
      for (std::size_t next = replay.sent; next < replay.messages.size(); ++next) {
        if (!visit(make_replay(replay.messages[next], replay.options))) return false;
      }
    }
    return true;
  }
  /// Takes all that waits. Whether the Client is slow is still known.
  OutboundQueue take() {
    OutboundQueue taken;
    taken.queue_ = std::exchange(queue_, {});
    taken.replays_ = std::exchange(replays_, {});
    next_of_replay_ = Delivery{};
    taken.replay_size_ = std::exchange(replay_size_, 0);
    taken.bytes_ = std::exchange(bytes_, 0);
    return taken;
  }

  void shrink_if_empty() {
    queue_.shrink_if_empty();
    replays_.shrink_if_empty();
  }

  /// The last attempt to send had to leave messages here: the Client or its network is slow.
  bool stalled = false;
  /// QoS 0 is being dropped: the bytes went beyond the high watermark and not yet below the low
  /// one.
  bool congested = false;

 private:
  RingQueue<Delivery> queue_;
  RingQueue<RetainedReplay> replays_;
  Delivery next_of_replay_;  // made when it is looked at
  std::size_t replay_size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace sluice::broker
