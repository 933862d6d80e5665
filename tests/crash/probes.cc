#include "crash/probes.h"

namespace sluice::crash {

using mqtt::PacketType;

namespace {

constexpr const char* kHeartbeatTopic = "crash/heartbeat";

}  // namespace

void RetainedProbe::prepare(mqtt::ConnectPacket& packet) {
  packet.clean_start = true;
  packet.properties.session_expiry_interval.reset();
}

void RetainedProbe::on_session(bool) {
  mqtt::SubscribePacket packet;
  packet.packet_id = 1;
  std::vector<std::string> filters;
  for (std::uint32_t i = kFirstRetained; i < kTopicsOfPublisher; ++i) {
    filters.push_back("crash/p/+/" + std::to_string(i));
  }
  for (const std::string& filter : filters) {
    packet.subscriptions.push_back({.filter = filter, .maximum_qos = Qos::AtLeastOnce});
  }
  asked_ = world_.checker.now();
  mqtt::encode(channel_.output(), packet, version_);
  channel_.send_soon();
}

void RetainedProbe::on_packet(const mqtt::Frame& frame) {
  if (frame.type != PacketType::Publish) return;
  const auto packet = mqtt::decode_publish(frame, version_, true);
  if (!packet) return on_malformed();
  if (packet->qos == Qos::AtLeastOnce) send_ack(PacketType::Puback, packet->packet_id);
  ++world_.progress;
  const auto topic = find_topic(packet->topic);
  if (!packet->retain || !topic) return;
  const auto payload = read_payload(packet->payload);
  delivery::Received value{.topic = *topic, .qos = packet->qos};
  if (payload) {
    value.message = payload->id;
    value.digest = payload->digest;
  }
  values_[*topic] = value;
}

bool RetainedProbe::has_all() const {
  for (TopicId topic = 0; topic < kTopics; ++topic) {
    if (world_.has_retained[topic] && !values_.contains(topic)) return false;
  }
  return true;
}

void RetainedProbe::report() const {
  for (TopicId topic = 0; topic < kTopics; ++topic) {
    if (!is_retained(topic)) continue;
    const auto found = values_.find(topic);
    const auto value = found == values_.end() ? std::nullopt : std::optional(found->second);
    world_.checker.on_retained_value(topic, value, asked_);
  }
}

void Heartbeat::prepare(mqtt::ConnectPacket& packet) {
  packet.clean_start = true;
  packet.properties.session_expiry_interval.reset();
}

void Heartbeat::on_session(bool) {
  is_subscribed_ = false;
  mqtt::SubscribePacket packet;
  packet.packet_id = 1;
  packet.subscriptions.push_back({.filter = kHeartbeatTopic});
  mqtt::encode(channel_.output(), packet, version_);
  channel_.send_soon();
}

void Heartbeat::on_packet(const mqtt::Frame& frame) {
  if (frame.type == PacketType::Suback) is_subscribed_ = true;
  if (frame.type == PacketType::Publish) ++received_;
}

void Heartbeat::beat() {
  mqtt::PublishPacket packet;
  packet.topic = kHeartbeatTopic;
  mqtt::encode(channel_.output(), packet, version_);
  channel_.send_soon();
}

}  // namespace sluice::crash
