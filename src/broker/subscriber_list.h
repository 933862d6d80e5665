#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "mqtt/types.h"

namespace sluice::broker {

class Session;

/// What a subscription asks for, v5 3.8.3.1. Retain Handling acts at SUBSCRIBE only and is not
/// kept.
struct SubscriptionOptions {
  mqtt::Qos maximum_qos = mqtt::Qos::AtMostOnce;
  bool no_local = false;
  bool retain_as_published = false;
  std::uint32_t identifier = 0;  // 0 is none, else up to 28 bits
};

/// One Session's plain subscription as its filter sees it: 16 bytes, since a broker holds millions.
class Subscriber {
 public:
  Subscriber(Session& session, const SubscriptionOptions& options, std::uint32_t slot)
      : session_(&session), slot_(slot) {
    set_options(options);
  }

  Session& session() const { return *session_; }
  mqtt::Qos maximum_qos() const { return static_cast<mqtt::Qos>(packed_ >> 30); }
  bool no_local() const { return (packed_ & kNoLocal) != 0; }
  bool retain_as_published() const { return (packed_ & kRetainAsPublished) != 0; }
  std::uint32_t identifier() const { return packed_ & kIdentifierMask; }

  void set_options(const SubscriptionOptions& options) {
    packed_ = static_cast<std::uint32_t>(options.maximum_qos) << 30 |
              (options.no_local ? kNoLocal : 0) |
              (options.retain_as_published ? kRetainAsPublished : 0) | options.identifier;
  }

  /// Where the Session lists this subscription.
  std::uint32_t slot() const { return slot_; }
  void set_slot(std::uint32_t slot) { slot_ = slot; }

 private:
  static constexpr std::uint32_t kNoLocal = 1U << 29;
  static constexpr std::uint32_t kRetainAsPublished = 1U << 28;
  static constexpr std::uint32_t kIdentifierMask = kRetainAsPublished - 1;

  Session* session_;
  std::uint32_t packed_;
  std::uint32_t slot_;
};

/// The subscribers of one filter. The first lives in the list itself: most filters have but one.
class SubscriberList {
 public:
  SubscriberList() {}
  ~SubscriberList() {
    if (capacity_ > 1) delete[] reinterpret_cast<char*>(many_);
  }
  SubscriberList(const SubscriberList&) = delete;
  SubscriberList& operator=(const SubscriberList&) = delete;

  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Subscriber* begin() { return capacity_ > 1 ? many_ : &one_; }
  Subscriber* end() { return begin() + size_; }
  Subscriber& operator[](std::uint32_t index) { return begin()[index]; }

  void push_back(const Subscriber& subscriber) {
    if (size_ == capacity_) grow();
    std::memcpy(static_cast<void*>(begin() + size_), &subscriber, sizeof subscriber);
    ++size_;
  }

  /// Fills the place of `index` with the last one, so the order is not kept.
  void remove(std::uint32_t index) {
    begin()[index] = begin()[size_ - 1];
    --size_;
  }

 private:
  void grow() {
    const std::uint32_t capacity = capacity_ == 1 ? 4 : capacity_ * 2;
    auto* many = reinterpret_cast<Subscriber*>(new char[capacity * sizeof(Subscriber)]);
    std::memcpy(static_cast<void*>(many), begin(), size_ * sizeof(Subscriber));
    if (capacity_ > 1) delete[] reinterpret_cast<char*>(many_);
    many_ = many;
    capacity_ = capacity;
  }

  union {
    Subscriber one_;
    Subscriber* many_;
  };
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 1;
};

}  // namespace sluice::broker
