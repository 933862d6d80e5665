#include "broker/observer.h"

#include <utility>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/own_topics.h"
#include "broker/server_connection.h"
#include "broker/session.h"

namespace sluice::broker {
namespace {

constexpr seconds kDropsFoldedFor{1};

Event event_of(EventKind kind, WallTime at) {
  Event event;
  event.kind = kind;
  event.at = at;
  return event;
}

}  // namespace

Observer::Observer(Core& core) : core_(core), tracer_(core), sampler_(core.random) {
  set_watch(std::make_shared<const Watch>());
}

void Observer::set_watch(std::shared_ptr<const Watch> watch) {
  watch_ = std::move(watch);
  tracer_.set(watch_->trace);
  wants_events_ = watch_->events || core_.settings.own_topics.events;
  watches_messages_ = watch_->topics || tracer_.is_on();
  is_attentive_ = wants_events_ || tracer_.is_on();
}

Observations Observer::collect() {
  Observations all;
  all.events = events_.take();
  all.events_lost = events_.take_lost();
  all.trace = tracer_.take();
  all.trace_lost = tracer_.take_lost();
  all.topics = sampler_.take();
  return all;
}

MessagePtr Observer::take_in(MessageParts parts, const Session* publisher,
                             std::uint16_t packet_id) {
  if (watch_->topics && sampler_.is_due()) {
    TopicSample sample;
    sample.topic = parts.topic;
    if (watch_->payloads) sample.payload = parts.payload.substr(0, watch_->payload_max);
    sample.payload_bytes = parts.payload.size();
    sample.at = core_.wall_now();
    sample.qos = parts.qos;
    sample.retain = parts.retain;
    sampler_.add(std::move(sample));
  }
  if (!is_tracing()) return Message::make(parts);
  tracer_.mark(parts, publisher);
  MessagePtr message = Message::make(parts);
  tracer_.on_published(*message, publisher, packet_id);
  return message;
}

void Observer::on_tick() {
  if (core_.now < next_drops_) return;
  next_drops_ = core_.now + kDropsFoldedFor;
  tell_drops();
  ledger_.make_room();
}

void Observer::drop(const Session& session, DropReason reason, const Message& message) {
  enter(session, reason, message.topic(), 1);
  if (is_tracing()) tracer_.on_dropped(session, message, reason);
}

void Observer::deny(const Session& session, DropReason reason, ByteView topic) {
  enter(session, reason, topic, 1);
  if (is_tracing()) tracer_.on_denied(session, topic, to_string(reason));
}

void Observer::drop(const Session& session, DropReason reason, std::uint64_t count) {
  if (count == 0) return;
  enter(session, reason, {}, count);
  if (is_tracing()) tracer_.on_dropped(session, reason, count);
}

void Observer::drop(DropReason reason, const Message& message) {
  core_.counters.drop(reason);
  const bool is_news = wants_events_ && !is_event_topic(message.topic());
  ledger_.add({.reason = reason, .topic = message.topic(), .is_news = is_news}, core_.wall_now());
  if (is_tracing()) tracer_.on_dropped(message, reason);
}

void Observer::enter(const Session& session, DropReason reason, ByteView topic,
                     std::uint64_t count) {
  core_.counters.drop(reason, count);
  if (session.connection() != nullptr) session.connection()->count_dropped(count);
  const bool is_news = wants_events_ && !is_event_topic(topic);
  ledger_.add({session.publisher_id(), session.client_id(), reason, count, topic, is_news},
              core_.wall_now());
}

void Observer::tell_drops() {
  ledger_.take_news([this](const DroppedMessages& dropped, std::uint64_t count) {
    Event event = event_of(EventKind::Dropped, dropped.last_at);
    event.client_id = dropped.client_id;
    event.reason = to_string(dropped.reason);
    event.topic = dropped.last_topic;
    event.count = count;
    tell(std::move(event));
  });
}

void Observer::trace(ByteView client_id, const std::string& address, const char* packet,
                     std::string reason, ByteView topic) {
  if (!is_tracing() || !tracer_.traces(client_id, address)) return;
  tracer_.on_packet({std::string(client_id), packet, std::move(reason), std::string(topic)});
}

void Observer::on_connected(const Session& session) {
  if (!is_attentive_) return;
  Event event = make_event(EventKind::Connected, session);
  trace(event.client_id, event.address, "CONNECT", {});
  tell(std::move(event));
}

void Observer::on_disconnected(const Session& session, const ServerConnection& connection,
                               mqtt::ReasonCode code, bool by_server, const char* reason) {
  if (!is_attentive_) return;
  Event event = make_event(EventKind::Disconnected, session);
  event.address = connection.peer_address();
  event.code = code;
  event.reason = reason;
  event.by_server = by_server;
  trace(event.client_id, event.address, "DISCONNECT", event.reason);
  tell(std::move(event));
}

void Observer::on_refused(const ServerConnection& connection, Applicant applicant) {
  if (!is_attentive_) return;
  Event event = event_of(EventKind::Refused, core_.wall_now());
  event.client_id = std::move(applicant.client_id);
  event.address = connection.peer_address();
  event.username = std::move(applicant.username);
  event.code = applicant.code;
  event.reason = std::move(applicant.reason);
  event.by_server = true;
  trace(event.client_id, event.address, "CONNECT", "refused: " + event.reason);
  tell(std::move(event));
}

void Observer::on_subscribed(const Session& session, ByteView filter, mqtt::ReasonCode code) {
  if (!is_attentive_) return;
  Event event = make_event(EventKind::Subscribed, session);
  event.topic = filter;
  event.code = code;
  const bool is_refused = mqtt::is_failure(code);
  trace(event.client_id, event.address, "SUBSCRIBE",
        is_refused ? std::string("refused: ") + mqtt::to_string(code) : "", filter);
  if (!is_refused) tell(std::move(event));
}

void Observer::on_unsubscribed(const Session& session, ByteView filter) {
  if (!is_attentive_) return;
  Event event = make_event(EventKind::Unsubscribed, session);
  event.topic = filter;
  trace(event.client_id, event.address, "UNSUBSCRIBE", {}, filter);
  tell(std::move(event));
}

void Observer::on_session_ended(const Session& session) {
  if (is_attentive_) tell(make_event(EventKind::SessionEnded, session));
}

void Observer::on_packet(const Session& session, const char* packet) {
  if (!is_tracing() || !tracer_.traces(session)) return;
  tracer_.on_packet({session.client_id(), packet});
}

Event Observer::make_event(EventKind kind, const Session& session) const {
  Event event = event_of(kind, core_.wall_now());
  event.client_id = session.client_id();
  if (session.connection() != nullptr) event.address = session.connection()->peer_address();
  if (session.access() != nullptr) event.username = session.access()->identity().username;
  return event;
}

void Observer::tell(Event event) {
  if (core_.event_topics.is_on()) core_.event_topics.add(event);
  if (watch_->events) events_.add(std::move(event));
}

}  // namespace sluice::broker
