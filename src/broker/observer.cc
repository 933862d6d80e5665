#include "broker/observer.h"

#include <utility>

#include "broker/client_access.h"
#include "broker/core.h"
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

Observer::Observer(Core& core) : core_(core), watch_(std::make_shared<const Watch>()) {}

void Observer::set_watch(std::shared_ptr<const Watch> watch) {
  watch_ = std::move(watch);
  wants_events_ = watch_->events;
}

Observations Observer::collect() {
  Observations all;
  all.events = events_.take();
  all.events_lost = events_.take_lost();
  return all;
}

void Observer::on_tick() {
  if (core_.now < next_drops_) return;
  next_drops_ = core_.now + kDropsFoldedFor;
  tell_drops();
  ledger_.make_room();
}

void Observer::drop(const Session& session, DropReason reason, const Message& message) {
  drop(session, reason, message.topic());
}

void Observer::drop(const Session& session, DropReason reason, ByteView topic) {
  enter(session, reason, topic, 1);
}

void Observer::drop(const Session& session, DropReason reason, std::uint64_t count) {
  if (count > 0) enter(session, reason, {}, count);
}

void Observer::drop(DropReason reason, const Message& message) {
  core_.counters.drop(reason);
  ledger_.add({.reason = reason, .topic = message.topic(), .is_news = wants_events_},
              core_.wall_now());
}

void Observer::enter(const Session& session, DropReason reason, ByteView topic,
                     std::uint64_t count) {
  core_.counters.drop(reason, count);
  ledger_.add({session.publisher_id(), session.client_id(), reason, count, topic, wants_events_},
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

void Observer::on_connected(const Session& session) {
  if (wants_events_) tell(make_event(EventKind::Connected, session));
}

void Observer::on_disconnected(const Session& session, const ServerConnection& connection,
                               mqtt::ReasonCode code, bool by_server, const char* reason) {
  if (!wants_events_) return;
  Event event = make_event(EventKind::Disconnected, session);
  event.address = connection.peer_address();
  event.code = code;
  event.reason = reason;
  event.by_server = by_server;
  tell(std::move(event));
}

void Observer::on_refused(const ServerConnection& connection, Applicant applicant) {
  if (!wants_events_) return;
  Event event = event_of(EventKind::Refused, core_.wall_now());
  event.client_id = std::move(applicant.client_id);
  event.address = connection.peer_address();
  event.username = std::move(applicant.username);
  event.code = applicant.code;
  event.reason = std::move(applicant.reason);
  event.by_server = true;
  tell(std::move(event));
}

void Observer::on_subscribed(const Session& session, ByteView filter, mqtt::ReasonCode code) {
  if (!wants_events_ || mqtt::is_failure(code)) return;
  Event event = make_event(EventKind::Subscribed, session);
  event.topic = filter;
  event.code = code;
  tell(std::move(event));
}

void Observer::on_unsubscribed(const Session& session, ByteView filter) {
  if (!wants_events_) return;
  Event event = make_event(EventKind::Unsubscribed, session);
  event.topic = filter;
  tell(std::move(event));
}

void Observer::on_session_ended(const Session& session) {
  if (wants_events_) tell(make_event(EventKind::SessionEnded, session));
}

Event Observer::make_event(EventKind kind, const Session& session) const {
  Event event = event_of(kind, core_.wall_now());
  event.client_id = session.client_id();
  if (session.connection() != nullptr) event.address = session.connection()->peer_address();
  if (session.access() != nullptr) event.username = session.access()->identity().username;
  return event;
}

void Observer::tell(Event event) {
  if (watch_->events) events_.add(std::move(event));
}

}  // namespace sluice::broker
