#include "support/delivery_checker.h"

#include <algorithm>

namespace sluice::delivery {
namespace {

template <class T>
T& grown(std::vector<T>& items, std::size_t index) {
  if (index >= items.size()) items.resize(index + 1);
  return items[index];
}

std::string describe(MessageId id) {
  return "message " + std::to_string(id.number) + " of publisher " + std::to_string(id.publisher);
}

}  // namespace

DeliveryChecker::Subscriber& DeliveryChecker::subscriber(SubscriberId id) {
  return grown(subscribers_, id);
}

DeliveryChecker::Topic& DeliveryChecker::topic(TopicId id) {
  return grown(topics_, id);
}

std::vector<DeliveryChecker::Interval>& DeliveryChecker::intervals(SubscriberId subscriber,
                                                                   TopicId topic) {
  auto& subscriptions = this->topic(topic).subscriptions;
  const auto found = std::ranges::find(subscriptions, subscriber, &Subscription::subscriber);
  if (found != subscriptions.end()) return found->intervals;
  return subscriptions.emplace_back(Subscription{subscriber, {}}).intervals;
}

const DeliveryChecker::Message* DeliveryChecker::find(MessageId id) const {
  if (id.publisher >= publishers_.size()) return nullptr;
  const auto& messages = publishers_[id.publisher].messages;
  if (id.number >= messages.size() || messages[id.number].first_sent == kNever) return nullptr;
  return &messages[id.number];
}

void DeliveryChecker::on_sent(const Sent& sent) {
  const MessageId id = sent.message;
  Message& message = grown(grown(publishers_, id.publisher).messages, id.number);
  ++message.transmissions;
  message.last_sent = now_++;
  if (message.first_sent != kNever) return;
  message.digest = sent.digest;
  message.first_sent = message.last_sent;
  message.topic = sent.topic;
  message.qos = sent.qos;
  message.retain = sent.retain;
  message.is_will = sent.is_will;
  if (sent.retain != Retain::No) topic(sent.topic).retained.push_back(id);
}

void DeliveryChecker::on_acknowledged(MessageId id) {
  Message& message = grown(grown(publishers_, id.publisher).messages, id.number);
  if (message.acknowledged != kNever) return;
  message.acknowledged = now_++;
  ++totals_.acknowledged;
}

void DeliveryChecker::on_subscribing(SubscriberId subscriber, TopicId topic, Qos maximum_qos) {
  intervals(subscriber, topic).push_back({maximum_qos, now_++});
}

void DeliveryChecker::on_subscribed(SubscriberId subscriber, TopicId topic) {
  auto& all = intervals(subscriber, topic);
  if (!all.empty() && all.back().confirmed == kNever) all.back().confirmed = now_++;
}

void DeliveryChecker::on_unsubscribing(SubscriberId subscriber, TopicId topic) {
  for (Interval& interval : intervals(subscriber, topic)) {
    if (interval.end_asked == kNever) interval.end_asked = now_++;
  }
}

void DeliveryChecker::on_unsubscribed(SubscriberId subscriber, TopicId topic) {
  for (Interval& interval : intervals(subscriber, topic)) {
    if (interval.end_asked != kNever && interval.ended == kNever) interval.ended = now_++;
  }
}

void DeliveryChecker::on_connected(SubscriberId id) {
  ++subscriber(id).connection;
}

void DeliveryChecker::end_session(SubscriberId id) {
  subscriber(id).unreleased.clear();
  for (TopicId topic = 0; topic < topics_.size(); ++topic) {
    on_unsubscribing(id, topic);
    on_unsubscribed(id, topic);
  }
}

void DeliveryChecker::on_session_ended(SubscriberId id) {
  end_session(id);
}

void DeliveryChecker::on_session_lost(SubscriberId id, const std::string& who) {
  findings_.add({FindingKind::SessionLost, id, std::nullopt, who});
  report_lost(id);
  end_session(id);
}

void DeliveryChecker::on_publisher_session_lost(const std::string& who) {
  findings_.add({FindingKind::SessionLost, std::nullopt, std::nullopt, who});
}

void DeliveryChecker::on_stuck(const std::string& what) {
  findings_.add({FindingKind::Stuck, std::nullopt, std::nullopt, what});
}

bool DeliveryChecker::is_owed(const Message& message, const Subscription& subscription) const {
  if (message.acknowledged == kNever) return false;
  return std::ranges::any_of(subscription.intervals, [&](const Interval& interval) {
    return interval.confirmed < message.first_sent && message.acknowledged < interval.end_asked;
  });
}

const DeliveryChecker::Copies* DeliveryChecker::find_copies(SubscriberId id,
                                                            MessageId message) const {
  if (id >= subscribers_.size()) return nullptr;
  const auto& copies = subscribers_[id].copies;
  if (message.publisher >= copies.size()) return nullptr;
  const auto& numbers = copies[message.publisher];
  return message.number < numbers.size() ? &numbers[message.number] : nullptr;
}

DeliveryChecker::Copies& DeliveryChecker::copies(SubscriberId id, MessageId message) {
  return grown(grown(subscriber(id).copies, message.publisher), message.number);
}

bool DeliveryChecker::is_missing(MessageId id, const Message& message,
                                 const Subscription& subscription) const {
  if (!is_owed(message, subscription)) return false;
  const Copies* seen = find_copies(subscription.subscriber, id);
  return seen == nullptr || (seen->count == 0 && !seen->reported_lost);
}

bool DeliveryChecker::is_settled(MessageId id, const Message& message) const {
  if (message.acknowledged == kNever && message.first_sent != kNever) return false;
  if (message.topic >= topics_.size()) return true;
  return std::ranges::none_of(topics_[message.topic].subscriptions, [&](const auto& subscription) {
    return is_missing(id, message, subscription);
  });
}

template <class Visit>
void DeliveryChecker::for_each_missing(Visit visit) const {
  for (PublisherId publisher = 0; publisher < publishers_.size(); ++publisher) {
    const auto& [messages, settled] = publishers_[publisher];
    for (std::uint64_t number = settled; number < messages.size(); ++number) {
      const Message& message = messages[number];
      if (message.topic >= topics_.size()) continue;
      const MessageId id{publisher, number};
      for (const Subscription& subscription : topics_[message.topic].subscriptions) {
        if (is_missing(id, message, subscription)) visit(id, message, subscription.subscriber);
      }
    }
  }
}

std::uint64_t DeliveryChecker::missing(SubscriberId id) const {
  std::uint64_t count = 0;
  for_each_missing(
      [&](MessageId, const Message&, SubscriberId owed_to) { count += owed_to == id; });
  return count;
}

std::uint64_t DeliveryChecker::missing() const {
  std::uint64_t count = 0;
  for_each_missing([&](MessageId, const Message&, SubscriberId) { ++count; });
  return count;
}

void DeliveryChecker::report_lost(std::optional<SubscriberId> only) {
  for_each_missing([&](MessageId id, const Message& message, SubscriberId owed_to) {
    if (only && owed_to != *only) return;
    copies(owed_to, id).reported_lost = true;
    const FindingKind kind = message.is_will ? FindingKind::WillLost : FindingKind::Lost;
    findings_.add({kind, owed_to, id,
                   describe(id) + " (topic " + std::to_string(message.topic) + ", QoS " +
                       std::to_string(static_cast<int>(message.qos)) +
                       ") was acknowledged and never reached subscriber " +
                       std::to_string(owed_to)});
  });
}

void DeliveryChecker::judge() {
  report_lost(std::nullopt);
  for (PublisherId publisher = 0; publisher < publishers_.size(); ++publisher) {
    auto& [messages, settled] = publishers_[publisher];
    while (settled < messages.size() && is_settled({publisher, settled}, messages[settled])) {
      ++settled;
    }
  }
}

/// A transmission of QoS 1 sets the value each time, one of QoS 2 the first time only. So a QoS 1
/// message that is sent again may rightly replace a QoS 2 message that was first sent after it. The
/// earliest moment of that: a crash may have taken the first transmission.
DeliveryChecker::Moment DeliveryChecker::last_effect(const Message& message) {
  return message.qos == Qos::ExactlyOnce ? message.first_sent : message.last_sent;
}

/// A value is too old when another one must have replaced it before the question: acknowledged by
/// then, and sent after the older one was acknowledged, or behind it by the same publisher.
bool DeliveryChecker::is_superseded(MessageId id, const Topic& topic, Moment asked) const {
  const Message& older = *find(id);
  return std::ranges::any_of(topic.retained, [&](MessageId other) {
    const Message& newer = *find(other);
    if (other == id || newer.acknowledged >= asked) return false;
    const bool is_behind =
        other.publisher == id.publisher && last_effect(newer) > older.last_sent;
    return is_behind || newer.first_sent > older.acknowledged;
  });
}

bool DeliveryChecker::may_be_empty(const Topic& topic, Moment asked) const {
  const bool was_set = std::ranges::any_of(
      topic.retained, [&](MessageId id) { return find(id)->acknowledged < asked; });
  return !was_set || std::ranges::any_of(topic.retained, [&](MessageId id) {
    return find(id)->retain == Retain::Clear && !is_superseded(id, topic, asked);
  });
}

void DeliveryChecker::on_retained_value(TopicId id, const std::optional<Received>& value,
                                        Moment asked) {
  const Topic& held = topic(id);
  const std::string where = "topic " + std::to_string(id);
  if (!value) {
    if (may_be_empty(held, asked)) return;
    findings_.add({FindingKind::RetainedStale, std::nullopt, std::nullopt,
                   where + " has no retained value though one was acknowledged"});
    return;
  }
  const Message* message = value->message ? find(*value->message) : nullptr;
  const bool is_a_value = message != nullptr && message->topic == id &&
                          message->retain == Retain::Set && message->digest == value->digest;
  if (!is_a_value) {
    findings_.add({FindingKind::Phantom, std::nullopt, value->message,
                   where + " has a retained value that nobody sent"});
  } else if (is_superseded(*value->message, held, asked)) {
    findings_.add(
        {FindingKind::RetainedStale, std::nullopt, value->message,
         where + " retains " + describe(*value->message) + " though a later one was acknowledged"});
  }
}

void DeliveryChecker::report(FindingKind kind, const Received& received, const std::string& why) {
  const std::string what =
      received.message ? describe(*received.message) : std::string("a message without a name");
  findings_.add({kind, received.subscriber, received.message,
                 "subscriber " + std::to_string(received.subscriber) + ", topic " +
                     std::to_string(received.topic) + ", QoS " +
                     std::to_string(static_cast<int>(received.qos)) + ", packet id " +
                     std::to_string(received.packet_id) + (received.dup ? ", DUP: " : ": ") + what +
                     " " + why});
}

}  // namespace sluice::delivery
