// The part of DeliveryChecker that looks at each PUBLISH a subscriber gets.

#include <algorithm>

#include "support/delivery_checker.h"

namespace sluice::delivery {

void DeliveryChecker::on_received(const Received& received) {
  ++totals_.received;
  const Message* message = received.message ? find(*received.message) : nullptr;
  if (const char* why = phantom_reason(received, message); why != nullptr) {
    return report(FindingKind::Phantom, received, why);
  }
  if (received.qos == Qos::ExactlyOnce && is_known_packet(received)) return;
  count_copy(received, *message);
}

void DeliveryChecker::on_released(SubscriberId id, std::uint16_t packet_id) {
  subscriber(id).unreleased.erase(packet_id);
}

/// What makes it a PUBLISH that must not exist at all, nullptr if nothing does.
const char* DeliveryChecker::phantom_reason(const Received& received,
                                            const Message* message) const {
  if (!received.message) return "cannot be read";
  if (message == nullptr) return "was never sent";
  if (message->topic != received.topic) return "was sent to another topic";
  if (message->digest != received.digest) return "has other bytes than were sent";
  return was_asked_for(received, *message) ? nullptr
                                           : "matches no subscription with this QoS at that time";
}

bool DeliveryChecker::was_asked_for(const Received& received, const Message& message) const {
  if (received.topic >= topics_.size()) return false;
  const auto& subscriptions = topics_[received.topic].subscriptions;
  const auto own = std::ranges::find(subscriptions, received.subscriber, &Subscription::subscriber);
  if (own == subscriptions.end()) return false;
  return std::ranges::any_of(own->intervals, [&](const Interval& interval) {
    return received.qos == std::min(message.qos, interval.maximum_qos) &&
           message.first_sent < interval.ended;
  });
}

bool DeliveryChecker::is_known_packet(const Received& received) {
  auto& unreleased = subscriber(received.subscriber).unreleased;
  const auto [open, is_new] = unreleased.try_emplace(received.packet_id, *received.message);
  if (is_new) return false;
  if (open->second != *received.message) {
    report(FindingKind::Phantom, received,
           "came under the Packet Identifier of message " + std::to_string(open->second.number) +
               " of publisher " + std::to_string(open->second.publisher) +
               ", which is not released: a receiver has to drop it");
    return true;
  }
  Copies& before = copies(received.subscriber, *received.message);
  if (!is_excused(received, *find(*received.message), before)) {
    report(FindingKind::Duplicate, received, "was sent again without DUP or without a reconnect");
  }
  before.connection = subscriber(received.subscriber).connection;
  before.crashes = crashes();
  ++totals_.repeats;
  return true;
}

void DeliveryChecker::count_copy(const Received& received, const Message& message) {
  Copies& seen = copies(received.subscriber, *received.message);
  const bool is_same_delivery = seen.count > 0 && is_repeat(received, message, seen);
  if (seen.count > 0) {
    if (received.qos == Qos::AtLeastOnce && is_excused(received, message, seen)) {
      ++totals_.repeats;
      if (!received.dup) ++totals_.repeats_without_dup;
    } else {
      report(FindingKind::Duplicate, received, "came more than once");
    }
  }
  if (!received.may_be_late) check_order(received, message, seen.count == 0);
  seen.count += !is_same_delivery;
  seen.connection = subscriber(received.subscriber).connection;
  seen.crashes = crashes();
}

/// A repeat is right when it says so and a reconnect came before it, and tolerable when the broker
/// cannot know better: its memory of the first copy died with it, or the publisher sent twice.
bool DeliveryChecker::is_excused(const Received& received, const Message& message,
                                 const Copies& before) const {
  if (is_repeat(received, message, before)) return true;
  // A crash may have taken the first transmission with it, and the broker takes the second for new.
  const bool is_new_again = message.qos == Qos::AtLeastOnce || before.crashes != crashes();
  return received.qos == Qos::AtLeastOnce && is_new_again && before.count < message.transmissions;
}

/// Whether it may be the delivery that came before, sent once more.
bool DeliveryChecker::is_repeat(const Received& received, const Message& message,
                                const Copies& before) const {
  const bool has_reconnected = before.connection != subscribers_[received.subscriber].connection;
  if (received.dup && has_reconnected) return true;
  return received.qos == Qos::AtLeastOnce && is_forgotten(message, before);
}

/// Whether a crash may have taken the memory of the last copy: QoS 1 is sent on before it is
/// durable, which nobody knows before its acknowledgement, and with a Will nobody ever knows.
bool DeliveryChecker::is_forgotten(const Message& message, const Copies& before) const {
  if (before.crashes == crashes()) return false;
  return message.is_will || message.acknowledged > crashes_[before.crashes];
}

void DeliveryChecker::check_order(const Received& received, const Message& message, bool is_first) {
  if (message.is_will) return;  // the broker publishes these, in no order with anything
  const auto [publisher, number] = *received.message;
  Subscriber& to = subscriber(received.subscriber);
  const std::uint64_t key = std::uint64_t{publisher} << 34 | std::uint64_t{received.topic} << 2 |
                            static_cast<std::uint64_t>(message.qos);
  Stream& stream = to.streams[key];
  if (is_first) {
    if (number < stream.last_first) {
      report(FindingKind::Reordered, received,
             "came after message " + std::to_string(stream.last_first));
    }
    stream.last_first = std::max(stream.last_first, number);
  }
  if (!received.dup) return;
  if (stream.resent_connection == to.connection && number < stream.last_resent) {
    report(FindingKind::Reordered, received,
           "was sent again after message " + std::to_string(stream.last_resent));
  }
  stream.last_resent = number;
  stream.resent_connection = to.connection;
}

}  // namespace sluice::delivery
