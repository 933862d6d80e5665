// The part of Peer that tells the checker what the Client sent and took.

#include <algorithm>
#include <utility>

#include "simulation/peer.h"

namespace sluice::simulation {

using mqtt::PacketType;
using mqtt::Qos;

void Peer::on_sent(const mqtt::PublishPacket& packet) {
  const MessageId id = packet.dup ? sending_.at(packet.packet_id) : *sending_now_;
  if (!packet.dup && packet.qos != Qos::AtMostOnce) sending_[packet.packet_id] = id;
  const TopicId topic = *Ledger::topic(packet.topic);
  std::optional<seconds> expiry;
  const auto after = packet.properties.message_expiry_interval;
  if (after && version_ == mqtt::Version::V5) expiry = seconds(*after);
  stage_.tell([&] {
    return name() + (packet.dup ? " re-sends " : " sends ") + std::to_string(id.publisher) + ":" +
           std::to_string(id.number) + " to " + kTopics[topic] + " QoS " +
           std::to_string(static_cast<int>(packet.qos)) + (packet.retain ? " retained" : "") +
           (packet.payload.empty() ? " empty" : "") + " as " + std::to_string(packet.packet_id);
  });
  stage_.ledger.on_sent(id, topic, packet, expiry, group_exists_);
}

void Peer::on_connack(const mqtt::ConnackPacket& packet) {
  auto& checker = stage_.ledger.checker;
  stage_.tell([&] {
    return name() + " gets CONNACK " + std::to_string(packet.code) +
           (packet.session_present ? ", session present" : "");
  });
  if (packet.code != 0) {
    if (!stage_.store_failed) checker.on_stuck(name() + " was refused");
    return;
  }
  connected_ = stage_.now();
  if (will_ && !stage_.store_failed) will_->is_certain = true;
  const bool has_to_be_new = kind_ != Kind::Persistent || must_clear_;
  if (packet.session_present && has_to_be_new) {
    checker.on_stuck(name() + " has a Session that was to end");
  }
  if (!packet.session_present) {
    sending_.clear();
    if (has_session_) {
      checker.on_session_lost(subscriber_, name());
      new_subscriber();
    }
  }
  checker.on_connected(subscriber_);
  has_session_ = kind_ == Kind::Persistent;
  must_clear_ = false;
  request_duties();
}

void Peer::on_publish(const mqtt::PublishPacket& packet) {
  stage_.tell([&] {
    return name() + " gets " + std::string(packet.payload.substr(0, 12)) + " of " +
           std::string(packet.topic) + " QoS " + std::to_string(static_cast<int>(packet.qos)) +
           " as " + std::to_string(packet.packet_id) + (packet.dup ? " DUP" : "") +
           (packet.retain ? " RETAIN" : "");
  });
  if (packet.retain) return;
  delivery::Received received;
  received.subscriber = subscriber_;
  received.message = Ledger::read(packet.payload);
  received.topic = Ledger::topic(packet.topic).value_or(static_cast<TopicId>(kTopics.size()));
  received.qos = packet.qos;
  received.dup = packet.dup && stage_.plant != Plant::MissingDup;
  received.packet_id = packet.packet_id;
  received.digest = Ledger::digest(packet.payload);
  if (received.topic == kSharedTopic && shares_) {
    const bool is_repeat =
        packet.qos == Qos::ExactlyOnce && client_.unfinished().contains(packet.packet_id);
    return stage_.ledger.on_shared(received, is_repeat);
  }
  const Filter* filter = filter_of(received.topic);
  stage_.ledger.on_received(received, filter == nullptr ? 0 : filter->since, connected_);
}

void Peer::on_ack(const mqtt::AckPacket& packet) {
  stage_.tell([&] {
    return name() + " gets ack type " + std::to_string(static_cast<int>(packet.type)) + " " +
           std::to_string(packet.packet_id) + " reason " +
           std::to_string(static_cast<int>(packet.reason));
  });
  if (packet.type == PacketType::Pubrel) {
    return stage_.ledger.checker.on_released(subscriber_, packet.packet_id);
  }
  if (packet.type == PacketType::Pubcomp || mqtt::is_failure(packet.reason)) return;
  const auto sent = sending_.find(packet.packet_id);
  if (sent != sending_.end()) stage_.ledger.on_acknowledged(sent->second, stage_.now());
}

void Peer::on_subscribe_ack(const mqtt::SubscribeAckPacket& packet) {
  const auto found = requests_.find(packet.packet_id);
  if (found == requests_.end()) return;
  const auto [request, index] = found->second;
  requests_.erase(found);
  Filter& filter = filters_[index];
  auto& checker = stage_.ledger.checker;
  if (!packet.codes.empty() && mqtt::is_failure(packet.codes[0])) {
    if (!stage_.store_failed) checker.on_stuck(name() + "'s request was refused");
    filter.is_wanted = false;
    return;
  }
  stage_.tell([&] { return name() + " is confirmed " + filter.name; });
  // Without a Session that stays, or with QoS 0, nothing is owed.
  const bool is_promise = kind_ == Kind::Persistent && filter.qos != Qos::AtMostOnce;
  for (TopicId topic : filter.topics) {
    if (request == Request::Unsubscribe) {
      checker.on_unsubscribed(subscriber_, topic);
    } else if (is_promise && filter.is_wanted) {
      checker.on_subscribed(subscriber_, topic);
    }
  }
  if (request == Request::Subscribe && filter.is_wanted) {
    filter.since = std::min(filter.since, checker.now());
  }
  filter.is_confirmed = request == Request::Subscribe;
}

}  // namespace sluice::simulation
