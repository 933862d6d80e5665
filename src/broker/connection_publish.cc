// PUBLISH from a Client, and the acknowledgements of both directions.

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/own_topics.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/codec/utf8.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

using mqtt::PacketType;
using mqtt::Qos;
using mqtt::ReasonCode;

void ServerConnection::on_publish(const mqtt::Frame& frame) {
  auto packet = mqtt::decode_publish(frame, version_, false);
  if (!packet) return refuse_message({}, packet.error());
  const config::MqttSettings& mqtt = terms();
  if (static_cast<std::uint8_t>(packet->qos) > mqtt.maximum_qos) {
    return refuse_message(packet->topic, ReasonCode::QosNotSupported);  // v5 3.2.2.3.4
  }
  if (packet->retain && !mqtt.retain_available) {
    return refuse_message(packet->topic, ReasonCode::RetainNotSupported);  // v5 3.2.2.3.5
  }
  if (!resolve_topic(*packet)) return;
  count_message(*packet);

  auto objection = objection_to(*packet);
  if (objection) trace_refusal(packet->topic, *objection);
  if (objection && (!v5() || packet->qos == Qos::AtMostOnce)) return fail(*objection);
  if (!objection && !is_repeat(*packet)) {
    objection = denial_of(*packet, frame.size);
    if (objection && !v5()) return fail(*objection);  // [MQTT311-3.3.5-2]
    if (objection && packet->qos == Qos::AtMostOnce) return;
  }
  // What cannot be promised is refused, but for what was promised already.
  if (core_.memory_full && packet->qos == Qos::AtMostOnce) {
    return core_.observer.deny(*session_, DropReason::MemoryFull, packet->topic);
  }
  if (core_.refuses_messages() && packet->qos != Qos::AtMostOnce && !is_repeat(*packet)) {
    core_.observer.deny(*session_,
                        core_.store_failed ? DropReason::StoreFailed : DropReason::MemoryFull,
                        packet->topic);
    objection = ReasonCode::QuotaExceeded;
  }
  switch (packet->qos) {
    case Qos::AtMostOnce:
      publish(*packet);
      return;
    case Qos::AtLeastOnce: {
      if (objection) return send_ack(PacketType::Puback, packet->packet_id, *objection);
      const Accepted accepted = publish(*packet);
      return send_ack(PacketType::Puback, packet->packet_id, accepted.reason, accepted.is_promise);
    }
    case Qos::ExactlyOnce:
      if (objection) return send_ack(PacketType::Pubrec, packet->packet_id, *objection);
      return publish_exactly_once(*packet);
  }
}

void ServerConnection::count_message(const mqtt::PublishPacket& packet) {
  const auto qos = static_cast<std::size_t>(packet.qos);
  ++core_.counters.messages_received[qos];
  core_.counters.payload_bytes_received += packet.payload.size();
  ClientStatistics& statistics = make_traffic().statistics;
  ++statistics.received[qos];
  statistics.received_bytes += packet.payload.size();
}

/// A PUBLISH that ends the connection.
void ServerConnection::refuse_message(ByteView topic, ReasonCode code) {
  trace_refusal(topic, code);
  fail(code);
}

void ServerConnection::trace_refusal(ByteView topic, ReasonCode code) {
  if (!core_.observer.is_tracing()) return;
  core_.observer.tracer().on_denied(*session_, topic, mqtt::to_string(code));
}

/// Sets or follows the Topic Alias, v5 3.3.2.3.4; on error the connection has ended.
bool ServerConnection::resolve_topic(mqtt::PublishPacket& packet) {
  const auto alias = packet.properties.topic_alias;
  if (!alias) return true;
  if (*alias == 0 || *alias > terms().topic_alias_max) {
    refuse_message(packet.topic, ReasonCode::TopicAliasInvalid);
    return false;
  }
  IncomingAliases& aliases = make_traffic().incoming_aliases;
  if (!packet.topic.empty()) {
    aliases.set(*alias, packet.topic);
    return true;
  }
  packet.topic = aliases.find(*alias);
  if (!packet.topic.empty()) return true;
  trace_refusal({}, ReasonCode::TopicAliasInvalid);  // as it was never set
  fail(ReasonCode::ProtocolError);
  return false;
}

/// What is wrong with a message that came in a well-formed packet.
std::optional<ReasonCode> ServerConnection::objection_to(const mqtt::PublishPacket& packet) const {
  const config::MqttSettings& mqtt = terms();
  if (!mqtt::is_valid_topic_name(packet.topic, mqtt.topic_levels_max)) {
    return ReasonCode::TopicNameInvalid;
  }
  if (packet.properties.user_property_count > mqtt.user_properties_max) {
    return ReasonCode::QuotaExceeded;
  }
  if (packet.properties.payload_is_utf8 && !mqtt::is_valid_utf8(packet.payload)) {
    return ReasonCode::PayloadFormatInvalid;
  }
  return std::nullopt;
}

/// Why the Client may not send a message that is right in itself; it is counted as dropped.
///
/// size  of the packet
std::optional<ReasonCode> ServerConnection::denial_of(const mqtt::PublishPacket& packet,
                                                      std::size_t size) {
  if (!is_within_rates(size)) {
    core_.observer.deny(*session_, DropReason::RateLimited, packet.topic);
    return v5() ? ReasonCode::QuotaExceeded : ReasonCode::MessageRateTooHigh;
  }
  ClientAccess* const access = session_->access();
  const bool may_publish = access == nullptr || access->may_publish(packet.topic);
  if (may_publish && !is_own_topic(packet.topic)) return std::nullopt;
  ++core_.counters.publishes_denied;
  core_.observer.deny(*session_, DropReason::NotAuthorized, packet.topic);
  return ReasonCode::NotAuthorized;
}

bool ServerConnection::is_within_rates(std::size_t size) {
  Counters& counters = core_.counters;
  ClientAccess* const access = session_->access();
  if (ClientRates* const rates = access != nullptr ? access->rates() : nullptr) {
    if (!rates->incoming.try_take(1, core_.now)) {
      counters.limit(RateLimit::Incoming);
      return false;
    }
    if (!rates->incoming_bytes.try_take(size, core_.now)) {
      counters.limit(RateLimit::IncomingBytes);
      return false;
    }
  }
  if (core_.rate_limits.try_take_total(core_.now)) return true;
  counters.limit(RateLimit::Total);
  return false;
}

/// A QoS 2 message that this Server has taken before [MQTT5-4.3.3-10].
bool ServerConnection::is_repeat(const mqtt::PublishPacket& packet) const {
  const MessageFlow* flow = session_->flow();
  return packet.qos == Qos::ExactlyOnce && flow != nullptr &&
         flow->unreleased.contains(packet.packet_id);
}

ServerConnection::Accepted ServerConnection::publish(const mqtt::PublishPacket& packet,
                                                     Handover handover) {
  MessageParts parts{
      packet.topic, packet.properties.forwarded, packet.payload, packet.qos, packet.retain,
      kNever,       session_->publisher_id()};
  if (const auto interval = packet.properties.message_expiry_interval) {
    parts.expires = core_.now + seconds(*interval);
  }
  const std::uint64_t promised = core_.journal.promises();
  const bool matched = core_.dispatcher.publish(parts, session_, handover, packet.packet_id);
  return {matched ? ReasonCode::Success : ReasonCode::NoMatchingSubscribers,
          core_.journal.promises() != promised};
}

void ServerConnection::publish_exactly_once(const mqtt::PublishPacket& packet) {
  auto& unreleased = session_->make_flow().unreleased;
  if (is_repeat(packet)) {
    return send_ack(PacketType::Pubrec, packet.packet_id, ReasonCode::Success);
  }
  if (unreleased.size() >= terms().receive_max) {
    return fail(ReasonCode::ReceiveMaximumExceeded);  // v5 3.3.4
  }
  unreleased.insert(packet.packet_id);
  // Together with the message: a repeat after a crash must be known for one.
  StoredSession* const stored = session_->stored();
  const bool is_stored = stored != nullptr && core_.journal.is_durable();
  if (is_stored) {
    core_.journal.add_received(stored->number(), packet.packet_id);
    core_.cleaner.note_progress(*stored);
  }
  const Accepted accepted = publish(packet, is_stored ? Handover::InOrder : Handover::Direct);
  send_ack(PacketType::Pubrec, packet.packet_id, accepted.reason, is_stored || accepted.is_promise);
}

void ServerConnection::on_ack(const mqtt::Frame& frame) {
  const auto packet = mqtt::decode_ack(frame, version_);
  if (!packet) return fail(packet.error());
  switch (packet->type) {
    case PacketType::Puback:
      return on_puback(*packet);
    case PacketType::Pubrec:
      return on_pubrec(*packet);
    case PacketType::Pubcomp:
      return on_pubcomp(*packet);
    default:
      return on_pubrel(*packet);
  }
}

void ServerConnection::on_pubrel(const mqtt::AckPacket& packet) {
  MessageFlow* flow = session_->flow();
  const bool known = flow != nullptr && flow->unreleased.erase(packet.packet_id) > 0;
  // Were it forgotten again, the next message under this id would pass for a repeat and be lost.
  const bool is_promise = known && session_->stored() != nullptr && core_.journal.is_durable();
  if (is_promise) {
    core_.journal.add_freed(session_->stored()->number(), packet.packet_id);
    core_.cleaner.note_progress(*session_->stored());
  }
  send_ack(PacketType::Pubcomp, packet.packet_id,
           known ? ReasonCode::Success : ReasonCode::PacketIdentifierNotFound, is_promise);
}

void ServerConnection::on_puback(const mqtt::AckPacket& packet) {
  MessageFlow* flow = session_->flow();
  InFlightWindow::Entry* entry = flow ? flow->window.find(packet.packet_id) : nullptr;
  if (entry == nullptr || entry->delivery.qos != Qos::AtLeastOnce) return;
  note_acknowledged(packet, *entry);
  complete(packet.packet_id, *entry);
  if (flow->has_waiting()) core_.output.mark_dirty(*this);
}

void ServerConnection::on_pubrec(const mqtt::AckPacket& packet) {
  MessageFlow* flow = session_->flow();
  InFlightWindow::Entry* entry = flow ? flow->window.find(packet.packet_id) : nullptr;
  if (entry == nullptr || entry->delivery.qos != Qos::ExactlyOnce) {
    return send_ack(PacketType::Pubrel, packet.packet_id, ReasonCode::PacketIdentifierNotFound);
  }
  note_acknowledged(packet, *entry);
  if (mqtt::is_failure(packet.reason)) {  // the Client does not want it, nobody else gets it either
    complete(packet.packet_id, *entry);
    return core_.output.mark_dirty(*this);
  }
  StoredSession* const stored = session_->stored();
  const bool is_promise = stored != nullptr && core_.journal.is_durable() &&
                          entry->stage == InFlightWindow::Stage::Publish;
  if (is_promise) {  // a crash must not send the message again [MQTT5-4.3.3-6]
    core_.journal.add_released(stored->number(), flow->window.sequence_of(packet.packet_id));
    core_.cleaner.note_progress(*stored);
  }
  flow->window.release(*entry);
  flow->window.mark_sent(*entry);
  send_ack(PacketType::Pubrel, packet.packet_id, ReasonCode::Success, is_promise);
}

/// The message is the Client's: PUBACK, or PUBREC.
void ServerConnection::note_acknowledged(const mqtt::AckPacket& packet,
                                         const InFlightWindow::Entry& entry) {
  core_.probes.on_acknowledged(*this, packet.packet_id, core_.now, core_.counters.delivery);
  if (!core_.observer.is_tracing()) return;
  core_.observer.tracer().on_acknowledged(*session_, entry.delivery, packet.packet_id,
                                          packet.reason);
}

void ServerConnection::on_pubcomp(const mqtt::AckPacket& packet) {
  MessageFlow* flow = session_->flow();
  InFlightWindow::Entry* entry = flow ? flow->window.find(packet.packet_id) : nullptr;
  if (entry == nullptr || entry->stage != InFlightWindow::Stage::Pubrel) return;
  complete(packet.packet_id, *entry);
  if (flow->has_waiting()) core_.output.mark_dirty(*this);
}

void ServerConnection::send_ack(PacketType type, std::uint16_t packet_id, ReasonCode reason,
                                bool is_promise) {
  if (reason != ReasonCode::Success && v5()) {
    mqtt::AckPacket ack;
    ack.type = type;
    ack.packet_id = packet_id;
    ack.reason = reason;
    return append_acknowledgement(encode_with_reason(ack, reason, wants_problem_information_),
                                  is_promise);
  }
  const unsigned flags = type == PacketType::Pubrel ? 2 : 0;
  const char bytes[4] = {static_cast<char>(static_cast<unsigned>(type) << 4 | flags), 2,
                         static_cast<char>(packet_id >> 8), static_cast<char>(packet_id & 0xFF)};
  append_acknowledgement(ByteView(bytes, sizeof bytes), is_promise);
}

}  // namespace sluice::broker
