#include "crash/subscriber.h"

#include <algorithm>

namespace sluice::crash {

using mqtt::PacketType;

Subscriber::Subscriber(World& world, SubscriberId id, mqtt::Version version, Qos maximum_qos)
    : CrashClient(world, "subscriber-" + std::to_string(id), version),
      id_(id),
      maximum_qos_(maximum_qos) {
  const std::uint32_t group = id % kGroups;
  for (PublisherId publisher = group; publisher < kPublishers; publisher += kGroups) {
    filters_.push_back("crash/p/" + std::to_string(publisher) + "/+");
    for (std::uint32_t i = 0; i < kTopicsOfPublisher; ++i) {
      topics_.push_back(publisher * kTopicsOfPublisher + i);
    }
  }
  topics_.push_back(topic_of_will(group));
  filters_.push_back(topic_name(topics_.back()));
}

void Subscriber::on_session(bool is_present) {
  if (!is_present && had_session_) world_.checker.on_session_lost(id_, name_);
  if (!is_present) is_subscribed_ = false;
  had_session_ = true;
  world_.checker.on_connected(id_);
  if (!is_subscribed_) subscribe();
}

void Subscriber::subscribe() {
  mqtt::SubscribePacket packet;
  packet.packet_id = 1;
  for (const std::string& filter : filters_) {
    packet.subscriptions.push_back({.filter = filter, .maximum_qos = maximum_qos_});
  }
  mqtt::encode(channel_.output(), packet, version_);
  channel_.send_soon();
  note("SUBSCRIBE");
  for (const TopicId topic : topics_) world_.checker.on_subscribing(id_, topic, maximum_qos_);
}

void Subscriber::on_packet(const mqtt::Frame& frame) {
  switch (frame.type) {
    case PacketType::Publish:
      return on_publish(frame);
    case PacketType::Pubrel: {
      const auto packet = mqtt::decode_ack(frame, version_);
      if (!packet) return on_malformed();
      note("PUBREL", packet->packet_id);
      world_.checker.on_released(id_, packet->packet_id);
      return send_ack(PacketType::Pubcomp, packet->packet_id);
    }
    case PacketType::Suback:
      return on_suback(frame);
    default:
      return on_malformed();
  }
}

void Subscriber::on_suback(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_subscribe_ack(frame, version_);
  if (!packet || std::ranges::any_of(packet->codes, mqtt::is_failure)) return on_malformed();
  note("SUBACK");
  is_subscribed_ = true;
  for (const TopicId topic : topics_) world_.checker.on_subscribed(id_, topic);
}

void Subscriber::on_publish(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_publish(frame, version_, true);
  if (!packet) return on_malformed();
  if (packet->qos == Qos::AtLeastOnce) send_ack(PacketType::Puback, packet->packet_id);
  if (packet->qos == Qos::ExactlyOnce) send_ack(PacketType::Pubrec, packet->packet_id);
  ++world_.progress;
  if (packet->retain) return;  // a value that the SUBSCRIBE of a lost Session brought

  const auto payload = read_payload(packet->payload);
  delivery::Received received{.subscriber = id_,
                              .topic = find_topic(packet->topic).value_or(kTopics),
                              .qos = packet->qos,
                              .dup = packet->dup,
                              .packet_id = packet->packet_id};
  if (payload) {
    received.message = payload->id;
    received.digest = payload->digest;
  }
  note(packet->dup ? "received DUP" : "received", packet->packet_id,
       received.message.value_or(MessageId{}));
  world_.checker.on_received(received);
  if (publishes_until_cut_ > 0 && --publishes_until_cut_ == 0) cut();
}

}  // namespace sluice::crash
