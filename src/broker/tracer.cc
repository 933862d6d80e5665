#include "broker/tracer.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {
namespace {

/// The same on all shards, and another one for the next message with the same content; 0 is none.
std::uint64_t name_of(const Message& message) {
  std::uint64_t name = hash_bytes(message.topic(), message.publisher() ^ message.number());
  name = hash_bytes(message.payload(), name);
  return name == 0 ? 1 : name;
}

bool matches_any(const std::vector<std::string>& filters, ByteView topic) {
  return std::ranges::any_of(
      filters, [&](const std::string& filter) { return mqtt::matches(filter, topic); });
}

/// Of a message that entered while nothing was traced, and so came without a mark.
bool is_of(const std::vector<std::string>& filters, const Message& message) {
  return message.number() == 0 && matches_any(filters, message.topic());
}

}  // namespace

void Tracer::set(const Watch::Trace& what) {
  is_on_ = !what.empty();
  filters_ = what.filters;
  clients_.clear();
  for (const std::string& client_id : what.client_ids) clients_.insert(hash_bytes(client_id));
  addresses_ = {what.addresses.begin(), what.addresses.end()};
}

bool Tracer::traces(const Session& session) const {
  if (!clients_.empty() && clients_.contains(session.publisher_id())) return true;
  return !addresses_.empty() && session.connection() != nullptr &&
         addresses_.contains(session.connection()->peer_address());
}

bool Tracer::traces(ByteView client_id, const std::string& address) const {
  return clients_.contains(hash_bytes(client_id)) || addresses_.contains(address);
}

bool Tracer::is_of_traced_topic(ByteView topic) const {
  return matches_any(filters_, topic);
}

void Tracer::mark(MessageParts& parts, const Session* publisher) {
  last_number_ = last_number_ % Message::kNumberMax + 1;
  parts.number = last_number_;
  const bool is_from_traced =
      publisher != nullptr ? traces(*publisher) : clients_.contains(parts.publisher);
  parts.is_traced = is_from_traced || matches_any(filters_, parts.topic);
}

TraceRecord Tracer::record_of(TraceStep step, const Message& message) const {
  TraceRecord record;
  record.at = core_.wall_now();
  record.message = name_of(message);
  record.step = step;
  record.topic = message.topic();
  record.qos = message.qos();
  return record;
}

void Tracer::add(TraceStep step, const Session& session, const Message& message, std::string detail,
                 std::string reason) {
  if (!wants(session, message) && !is_of(filters_, message)) return;
  TraceRecord record = record_of(step, message);
  record.client_id = session.client_id();
  record.detail = std::move(detail);
  record.reason = std::move(reason);
  add(std::move(record));
}

void Tracer::on_published(const Message& message, const Session* publisher,
                          std::uint16_t packet_id) {
  if (!message.is_traced()) return;
  TraceRecord record = record_of(TraceStep::Published, message);
  if (publisher != nullptr) record.client_id = publisher->client_id();
  record.detail = std::to_string(message.payload().size()) + " bytes";
  if (message.retain()) record.detail += ", retained";
  record.packet_id = packet_id;
  add(std::move(record));
}

void Tracer::on_denied(const Session& publisher, ByteView topic, const char* reason) {
  if (!traces(publisher) && (topic.empty() || !matches_any(filters_, topic))) return;
  TraceRecord record;
  record.at = core_.wall_now();
  record.step = TraceStep::PublishDenied;
  record.client_id = publisher.client_id();
  record.topic = topic;
  record.reason = reason;
  add(std::move(record));
}

void Tracer::on_unmatched(const Message& message, const Session* publisher) {
  if (!message.is_traced()) return;
  TraceRecord record = record_of(TraceStep::NoSubscription, message);
  if (publisher != nullptr) record.client_id = publisher->client_id();
  add(std::move(record));
}

void Tracer::on_matched(const Session& session, const Message& message, ByteView filter) {
  add(TraceStep::Matched, session, message, std::string(filter));
}

void Tracer::on_no_local(const Session& session, const Message& message, ByteView filter) {
  add(TraceStep::NoLocal, session, message, std::string(filter));
}

void Tracer::on_share_chosen(const Session& session, const Message& message, std::string group) {
  add(TraceStep::ShareChosen, session, message, std::move(group));
}

void Tracer::on_queued(const Session& session, const Delivery& delivery, const char* where) {
  add(TraceStep::Queued, session, *delivery.message, where);
}

void Tracer::on_dropped(const Session& session, const Message& message, DropReason reason) {
  add(TraceStep::Dropped, session, message, {}, to_string(reason));
}

void Tracer::on_dropped(const Message& message, DropReason reason) {
  if (!message.is_traced() && !is_of(filters_, message)) return;
  TraceRecord record = record_of(TraceStep::Dropped, message);
  record.reason = to_string(reason);
  add(std::move(record));
}

void Tracer::on_dropped(const Session& session, DropReason reason, std::uint64_t count) {
  if (!traces(session)) return;
  TraceRecord record;
  record.at = core_.wall_now();
  record.step = TraceStep::Dropped;
  record.client_id = session.client_id();
  record.detail = std::to_string(count) + " messages";
  record.reason = to_string(reason);
  add(std::move(record));
}

void Tracer::on_sent(const Session& session, const Delivery& delivery, std::uint16_t packet_id,
                     bool again) {
  if (!wants(session, *delivery.message) && !is_of(filters_, *delivery.message)) return;
  TraceRecord record = record_of(TraceStep::Sent, *delivery.message);
  record.client_id = session.client_id();
  record.qos = delivery.qos;
  record.packet_id = packet_id;
  if (again) record.detail = "again, with DUP";
  add(std::move(record));
}

void Tracer::on_acknowledged(const Session& session, const Delivery& delivery,
                             std::uint16_t packet_id, mqtt::ReasonCode code) {
  if (!delivery.message) return;
  if (!wants(session, *delivery.message) && !is_of(filters_, *delivery.message)) return;
  TraceRecord record = record_of(TraceStep::Acknowledged, *delivery.message);
  record.client_id = session.client_id();
  record.qos = delivery.qos;
  record.packet_id = packet_id;
  if (mqtt::is_failure(code)) record.reason = mqtt::to_string(code);
  add(std::move(record));
}

void Tracer::on_packet(Packet packet) {
  TraceRecord record;
  record.at = core_.wall_now();
  record.client_id = std::move(packet.client_id);
  record.topic = std::move(packet.topic);
  record.detail = std::move(packet.detail);
  record.reason = std::move(packet.reason);
  add(std::move(record));
}

}  // namespace sluice::broker
