#include "crash/publisher.h"

namespace sluice::crash {
namespace {

using mqtt::PacketType;

constexpr std::size_t kUnsentBytesMax = 256 * 1024;

}  // namespace

Publisher::Publisher(World& world, PublisherId id, mqtt::Version version)
    : CrashClient(world, "publisher-" + std::to_string(id), version), id_(id) {}

void Publisher::fill(double earned) {
  if (!world_.load_on || !is_connected()) return;
  allowance_ = std::min(allowance_ + earned, 2.0 * kWindow);
  if (allowance_ < world_.burst) return;
  const std::size_t window = std::min<std::size_t>(kWindow, receive_maximum_);
  while (allowance_ >= 1 && flights_.size() < window && channel_.unsent_bytes() < kUnsentBytesMax) {
    allowance_ -= 1;
    const std::uint64_t number = ++last_number_;
    const bool is_qos1 = plan_message({id_, number}).qos == Qos::AtLeastOnce;
    flights_.push_back({number, next_packet_id(), is_qos1 ? Waits::Puback : Waits::Pubrec});
    send(flights_.back(), false);
  }
}

std::uint16_t Publisher::next_packet_id() {
  do {
    last_packet_id_ =
        static_cast<std::uint16_t>(last_packet_id_ == 65'535 ? 1 : last_packet_id_ + 1);
  } while (find(last_packet_id_) != flights_.end());
  return last_packet_id_;
}

void Publisher::send(const Flight& flight, bool dup) {
  const MessageId message{id_, flight.number};
  const MessagePlan plan = plan_message(message);
  const std::uint64_t digest = write_payload(payload_, message, plan.size);
  mqtt::PublishPacket packet;
  packet.dup = dup;
  packet.qos = plan.qos;
  packet.retain = is_retained(plan.topic);
  packet.packet_id = flight.packet_id;
  packet.topic = topic_name(plan.topic);
  packet.payload = payload_;
  mqtt::encode(channel_.output(), packet, version_);
  channel_.send_soon();
  note(dup ? "PUBLISH again" : "PUBLISH", flight.packet_id, message);
  world_.checker.on_sent({.message = message,
                          .topic = plan.topic,
                          .qos = plan.qos,
                          .digest = digest,
                          .retain = packet.retain ? delivery::Retain::Set : delivery::Retain::No});
}

/// v5 4.4: in the original order. A Client whose Session is gone has nothing to resume.
void Publisher::on_session(bool is_present) {
  if (!is_present) {
    if (had_session_) world_.checker.on_publisher_session_lost(name_);
    flights_.clear();
  }
  had_session_ = true;
  for (const Flight& flight : flights_) {
    if (flight.waits == Waits::Pubcomp) {
      send_ack(PacketType::Pubrel, flight.packet_id);
    } else {
      send(flight, true);
    }
  }
}

void Publisher::on_packet(const mqtt::Frame& frame) {
  if (frame.type < PacketType::Puback || frame.type > PacketType::Pubcomp) return on_malformed();
  const auto packet = mqtt::decode_ack(frame, version_);
  if (!packet) return on_malformed();
  const auto flight = find(packet->packet_id);
  if (flight == flights_.end()) return;  // the answer to a packet that was sent twice
  ++world_.progress;
  on_ack(*flight, *packet);
}

void Publisher::on_ack(Flight& flight, const mqtt::AckPacket& packet) {
  const MessageId message{id_, flight.number};
  if (packet.type == PacketType::Pubcomp) {
    note("PUBCOMP", flight.packet_id, message);
    return finish(flight.packet_id);
  }
  if (is_failure(packet.reason)) {
    note("refusal", flight.packet_id, message);
    ++world_.refused;
    return finish(flight.packet_id);
  }
  accept(flight);
  if (packet.type == PacketType::Puback) return finish(flight.packet_id);
  flight.waits = Waits::Pubcomp;
  send_ack(PacketType::Pubrel, flight.packet_id);
}

void Publisher::accept(const Flight& flight) {
  const MessageId message{id_, flight.number};
  note(flight.waits == Waits::Puback ? "PUBACK" : "PUBREC", flight.packet_id, message);
  world_.checker.on_acknowledged(message);
  const TopicId topic = plan_message(message).topic;
  if (is_retained(topic)) world_.has_retained[topic] = true;
}

void Publisher::finish(std::uint16_t packet_id) {
  flights_.erase(find(packet_id));
}

}  // namespace sluice::crash
