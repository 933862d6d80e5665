#include "broker/session_registry.h"

#include <algorithm>

#include "broker/core.h"
#include "broker/server_connection.h"

namespace sluice::broker {

SessionRegistry::~SessionRegistry() {
  for (Session* session : by_client_id_) {
    delete session->connection();
    delete session;
  }
}

Session* SessionRegistry::find(ByteView client_id) {
  auto found = by_client_id_.find(client_id);
  return found == by_client_id_.end() ? nullptr : *found;
}

Session* SessionRegistry::find(SessionId id) {
  auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

void SessionRegistry::make_addressable(Session& session) {
  by_id_[session.id()] = &session;
}

Session& SessionRegistry::create(ByteView client_id) {
  const SessionId id = (SessionId{core_.self} << 56) | ++last_serial_;
  auto session = std::make_unique<Session>(core_, id, std::string(client_id));
  by_client_id_.insert(session.get());
  ++core_.counters.sessions;
  return *session.release();
}

void SessionRegistry::disconnected(Session& session, bool keep_will) {
  session.set_connection(nullptr);
  if (!keep_will) session.take_will();
  const Instant now = core_.now;
  if (!session.is_persistent()) {
    end(session);
    return;
  }
  if (Will* will = session.will()) will->due = now + seconds(will->delay);
  if (session.will() != nullptr && session.will()->due <= now) publish_will(session);
  core_.share_groups.tell_connected(session, false);
  session.release_idle_flow();
  const bool for_ever = session.expiry_interval() == mqtt::kSessionNeverExpires;
  session.wait_offline(for_ever ? kNever : now + seconds(session.expiry_interval()));
}

void SessionRegistry::end(Session& session) {
  SLUICE_ASSERT(session.connection() == nullptr);
  session.stop_waiting();
  core_.router.unsubscribe_all(session);
  if (session.has_shared()) {
    core_.counters.subscriptions -= session.shared().size();
    for (const SharedSubscription& shared : session.shared()) {
      core_.share_groups.tell_leave(session, shared);
    }
    core_.share_groups.give_back(session, 0);
  }
  if (MessageFlow* flow = session.flow()) {
    core_.counters.drop(DropReason::SessionEnded, flow->queue.size());
  }
  publish_will(session);
  by_client_id_.erase(&session);
  by_id_.erase(session.id());
  --core_.counters.sessions;
  delete &session;
}

void SessionRegistry::publish_will(Session& session) {
  const std::unique_ptr<Will> will = session.take_will();
  if (will) core_.dispatcher.accept(will->to_message(session.publisher_id(), core_.now));
}

Session::~Session() = default;

void Session::wait_offline(Instant expires) {
  expires_ = expires;
  const Instant next = std::min(will_ ? will_->due : kNever, expires_);
  if (next != kNever) core_.timers.arm(*this, next);
}

void Session::stop_waiting() {
  disarm();
  expires_ = kNever;
}

void Session::on_due(Instant now) {
  if (expires_ <= now) {
    core_.sessions.end(*this);
    return;
  }
  if (will_ && will_->due <= now) core_.sessions.publish_will(*this);
  wait_offline(expires_);
}

}  // namespace sluice::broker
