#include "simulation/ledger.h"

#include <algorithm>
#include <charconv>

namespace sluice::simulation {

using delivery::Received;
using delivery::Retain;
using Moment = delivery::DeliveryChecker::Moment;

std::string Ledger::next_payload(PublisherId publisher, std::size_t size) {
  std::string payload = name({publisher, ++last_[publisher]}) + ' ';
  if (payload.size() < size) payload.resize(size, '.');
  return payload;
}

std::string Ledger::name(MessageId id) {
  return std::to_string(id.publisher) + ':' + std::to_string(id.number);
}

std::optional<MessageId> Ledger::read(ByteView payload) {
  MessageId id;
  const char* end = payload.data() + payload.size();
  const auto publisher = std::from_chars(payload.data(), end, id.publisher);
  if (publisher.ec != std::errc() || publisher.ptr == end) return std::nullopt;
  const auto number = std::from_chars(publisher.ptr + 1, end, id.number);
  if (number.ec != std::errc()) return std::nullopt;
  return id;
}

std::uint64_t Ledger::digest(ByteView payload) {
  return std::hash<ByteView>()(payload);
}

std::optional<TopicId> Ledger::topic(ByteView name) {
  const auto found =
      std::ranges::find(kTopics, name, [](const char* one) { return ByteView(one); });
  if (found == kTopics.end()) return std::nullopt;
  return static_cast<TopicId>(found - kTopics.begin());
}

Ledger::Message& Ledger::message(MessageId id) {
  return messages_[{id.publisher, id.number}];
}

void Ledger::on_sent(MessageId id, TopicId topic, const mqtt::PublishPacket& packet,
                     std::optional<seconds> expiry, bool is_owed_by_group) {
  Message& sent = message(id);
  sent.expiry = expiry;
  sent.may_vanish = sent.may_vanish || expiry;
  if (++sent.transmissions == 1) {
    sent.first_sent = checker.now();
    sent.qos = packet.qos;
    sent.is_shared = topic == kSharedTopic;
    sent.is_owed_by_group = is_owed_by_group;
  }
  if (sent.is_shared) return;
  Retain retain = Retain::No;
  if (packet.retain) retain = packet.payload.empty() ? Retain::Clear : Retain::Set;
  checker.on_sent({id, topic, packet.qos, digest(packet.payload), retain, false});
}

void Ledger::on_will_sent(MessageId id, TopicId topic, mqtt::Qos qos, ByteView payload) {
  Message& sent = message(id);
  sent.first_sent = checker.now();
  sent.transmissions = 1;
  sent.qos = qos;
  checker.on_sent({id, topic, qos, digest(payload), Retain::No, true});
}

void Ledger::on_acknowledged(MessageId id, Instant now) {
  Message& sent = message(id);
  if (sent.expiry) sent.expires = now + *sent.expiry;
  sent.is_acknowledged = true;
  if (!sent.is_shared && !sent.may_vanish) checker.on_acknowledged(id);
}

void Ledger::on_received(Received received, Moment subscribed, Instant connected) {
  if (received.message) {
    const Message& sent = message(*received.message);
    received.may_be_late = may_be_late(sent, received, subscribed);
    // The first transmission may have vanished, so this one is out of order.
    if (sent.may_vanish && sent.transmissions > 1) return;
    if (is_known(*received.message, sent, received)) return;
    if (connected > sent.expires && !received.dup) {
      checker.on_stuck("message " + name(*received.message) + " had expired when subscriber " +
                       std::to_string(received.subscriber) + " connected and got it");
    }
  }
  checker.on_received(received);
}

/// Whether this may be the first copy though younger ones came before: of a later transmission, as
/// the first one came by before there was the subscription, or at QoS 0 while nobody was connected,
/// or was refused with an answer that got lost. Or of one that had expired when its turn came, and
/// comes with DUP after a crash, as then nobody knows that it was not sent.
bool Ledger::may_be_late(const Message& sent, const Received& received, Moment subscribed) const {
  if (sent.may_vanish && received.dup) return true;
  if (sent.transmissions == 1) return false;
  const bool may_be_refused = store_fails_ || sent.first_sent < store_failed_;
  return may_be_refused || sent.first_sent < subscribed || received.qos == mqtt::Qos::AtMostOnce;
}

void Ledger::on_store(bool fails) {
  if (store_fails_) store_failed_ = checker.now();
  store_fails_ = fails;
}

/// Below QoS 2 a message that its publisher had to send again may come again, too, as another one:
/// nobody waited for the disk with the first copy, so the broker need not know of it after a crash.
bool Ledger::is_known(MessageId id, const Message& sent, const Received& received) {
  const bool is_first = came_.insert({received.subscriber, id.publisher, id.number}).second;
  return !is_first && sent.transmissions > 1 && received.qos != mqtt::Qos::ExactlyOnce;
}

void Ledger::on_shared(const Received& received, bool repeated) {
  if (!received.message ||
      !messages_.contains({received.message->publisher, received.message->number})) {
    return checker.on_received(received);  // a phantom
  }
  if (!repeated) ++message(*received.message).copies;
}

void Ledger::judge() {
  checker.judge();
  for (const auto& [id, sent] : messages_) {
    if (!sent.is_shared) continue;
    const std::string who = "message " + name({id.first, id.second}) + " of the share group ";
    if (sent.is_acknowledged && sent.is_owed_by_group && sent.copies == 0) {
      checker.on_stuck(who + "was acknowledged and never came");
    }
    if (sent.qos == mqtt::Qos::ExactlyOnce && sent.copies > 1) {
      checker.on_stuck(who + "came " + std::to_string(sent.copies) + " times");
    }
  }
}

}  // namespace sluice::simulation
