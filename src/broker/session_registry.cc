#include "broker/session_registry.h"

#include <algorithm>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session_facts.h"

namespace sluice::broker {

using storage::Table;

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

SessionNumber SessionRegistry::new_number() {
  return first_number_ + numbers_given_++ * core_.shards + core_.self;
}

StoredSession& SessionRegistry::make_stored(Session& session, SessionNumber number) {
  if (number == 0) number = new_number();
  session.set_stored(std::make_unique<StoredSession>(session, number));
  by_number_[number] = session.stored();
  return *session.stored();
}

StoredSession* SessionRegistry::find_stored(SessionNumber number) {
  auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

void SessionRegistry::write_row(Session& session, Need need) {
  if (!core_.journal.is_durable()) return;
  const StoredSession& stored = *session.stored();
  SessionRow row;
  row.client_id = session.client_id();
  row.expiry_interval = session.expiry_interval();
  row.connected = session.connection() != nullptr;
  row.is_application = stored.is_application;
  row.recheck_below = stored.recheck_below;
  row.connected_at = session.connected_at();
  row.clean_start = session.is_clean_start();
  row.address = address_of(session);
  if (const ClientAccess* access = session.access()) {
    const auth::Identity& identity = access->identity();
    row.provider = static_cast<std::uint8_t>(identity.provider);
    row.credentials_id = identity.credentials_id;
    row.username = identity.username;
    row.common_name = identity.common_name;
  }
  if (!row.connected) {
    row.offline_since = core_.to_wall(session.offline_since());
    row.sent_end = stored.sent_end;
  }
  core_.journal.put(Table::Sessions, number_key(stored.number()), encode(row), need);
}

void SessionRegistry::set_application(StoredSession& stored, bool is_application) {
  if (stored.is_application == is_application) return;
  stored.is_application = is_application;
  is_application ? ++core_.counters.application_clients : --core_.counters.application_clients;
}

void SessionRegistry::write_subscription(Session& session, ByteView filter,
                                         const SubscriptionOptions& options) {
  if (session.stored() == nullptr || !core_.journal.is_durable()) return;
  core_.journal.put(Table::Subscriptions, subscription_key(session.stored()->number(), filter),
                    encode(options));
}

void SessionRegistry::erase_subscription(Session& session, ByteView filter) {
  if (session.stored() == nullptr || !core_.journal.is_durable()) return;
  core_.journal.erase(Table::Subscriptions, subscription_key(session.stored()->number(), filter));
}

void SessionRegistry::set_will(Session& session, std::unique_ptr<Will> will) {
  delete_will(session);
  if (!will) return;
  will->number = session.stored() != nullptr ? session.stored()->number() : new_number();
  if (core_.journal.is_durable()) {
    core_.journal.put(Table::Wills, number_key(will->number),
                      encode(will->to_row(session.publisher_id())));
  }
  session.set_will(std::move(will));
}

void SessionRegistry::delete_will(Session& session) {
  const std::unique_ptr<Will> will = session.take_will();
  if (will) core_.journal.erase(Table::Wills, number_key(will->number));
}

void SessionRegistry::disconnected(Session& session, bool keep_will) {
  const Instant now = core_.now;
  session.end_connection(now, session.connection()->peer_address());
  if (!keep_will) delete_will(session);
  if (!session.is_persistent()) {
    end(session);
    return;
  }
  if (Will* will = session.will()) will->due = now + seconds(will->delay);
  if (session.will() != nullptr && session.will()->due <= now) publish_will(session);
  core_.share_groups.tell_connected(session, false);
  session.unload();
  write_row(session, Need::Whenever);
  session.release_idle_flow();
  session.wait_offline();
}

void SessionRegistry::end(Session& session) {
  SLUICE_ASSERT(session.connection() == nullptr);
  session.stop_waiting();
  if (session.stored() != nullptr) erase_rows(session);
  core_.router.unsubscribe_all(session);
  if (session.has_shared()) {
    core_.counters.subscriptions -= session.shared().size();
    for (const SharedSubscription& shared : session.shared()) {
      core_.share_groups.tell_leave(session, shared);
    }
    core_.share_groups.give_back(session, 0);
  }
  count_dropped(session);
  publish_will(session);
  if (StoredSession* stored = session.stored()) {
    set_application(*stored, false);
    stored->complete_all(core_.journal);
    core_.cleaner.forget(*stored);
    by_number_.erase(stored->number());
  }
  core_.observer.on_session_ended(session);
  core_.scans.forget(session);
  by_client_id_.erase(&session);
  by_id_.erase(session.id());
  --core_.counters.sessions;
  delete &session;
}

void SessionRegistry::erase_rows(Session& session) {
  if (!core_.journal.is_durable()) return;
  const std::string key = number_key(session.stored()->number());
  core_.journal.erase(Table::Sessions, key);
  core_.journal.erase(Table::Queues, key);
  for (const SubscriptionRef& ref : session.subscriptions()) {
    erase_subscription(session, Router::filter_of(*ref.route));
  }
  if (!session.has_shared()) return;
  for (const SharedSubscription& shared : session.shared()) {
    erase_subscription(session, shared.parts().text());
  }
}

void SessionRegistry::count_dropped(Session& session) {
  std::uint64_t waiting = session.flow() != nullptr ? session.flow()->queue.size() : 0;
  if (const StoredSession* stored = session.stored()) {
    waiting += stored->on_disk();
  }
  core_.observer.drop(session, DropReason::SessionEnded, waiting);
}

void SessionRegistry::publish_will(Session& session) {
  const std::unique_ptr<Will> will = session.take_will();
  if (!will) return;
  if (core_.access.may_publish(session, *will)) {
    return publish(*will, session.publisher_id(), &session);
  }
  core_.observer.deny(session, DropReason::NotAuthorized, will->topic);
  core_.journal.erase(Table::Wills, number_key(will->number));
}

void SessionRegistry::publish(const Will& will, PublisherId publisher, const Session* session) {
  const bool is_kept = will.qos != mqtt::Qos::AtMostOnce && core_.journal.is_durable();
  core_.dispatcher.publish(will.to_parts(publisher, core_.now), session,
                           is_kept ? Handover::Outbox : Handover::Direct);
  // Together with the message, or with its way to the other shards.
  core_.journal.erase(Table::Wills, number_key(will.number));
}

Session::Session(Core& core, SessionId id, std::string client_id)
    : core_(core), id_(id), client_id_(std::move(client_id)) {}

Session::~Session() {
  static_assert(sizeof(Session) <= 160, "one for every idle Client");
  static_assert(sizeof(MessageFlow) <= 192);
}

void Session::set_access(std::unique_ptr<ClientAccess> access) {
  access_ = std::move(access);
}

void Session::begin_connection(ServerConnection& connection, WallTime now, bool clean_start) {
  connection_ = &connection;
  set_connected_at(now, clean_start);
  if (!extras_) return;
  extras_->last_address = std::string();
  if (extras_->shared.empty() && !extras_->will) extras_.reset();
}

void Session::end_connection(Instant now, std::string address) {
  connection_ = nullptr;
  offline_since_ = now;
  if (is_persistent()) make_extras().last_address = std::move(address);
}

void Session::restore_life(const SessionRow& row, Instant offline_since) {
  set_connected_at(row.connected_at, row.clean_start);
  offline_since_ = offline_since;
  if (!row.address.empty()) make_extras().last_address = row.address;
}

Instant Session::expires() const {
  return expiry_interval_ == mqtt::kSessionNeverExpires
             ? kNever
             : offline_since_ + seconds(expiry_interval_);
}

void Session::wait_offline() {
  const Instant next = std::min(will() ? will()->due : kNever, expires());
  if (next != kNever) core_.timers.arm(*this, next);
}

void Session::unload() {
  if (!stored_) return;
  if (flow_) stored_->sent_end = std::max(stored_->sent_end, flow_->window.end());
  // A group may want back what a member of it has not finished: that stays at hand.
  if (has_shared()) return;
  stored_->loading = 0;
  if (!flow_) return;
  stored_->unload(flow_->queue);
  flow_->queue.filter([&](const Delivery& delivery) {
    if (delivery.qos == mqtt::Qos::AtMostOnce) {
      core_.observer.drop(*this, DropReason::Offline, *delivery.message);
    }
    return false;
  });
  flow_->window.unload();
}

void Session::on_due(Instant now) {
  if (expires() <= now) {
    core_.sessions.end(*this);
    return;
  }
  if (will() && will()->due <= now) core_.sessions.publish_will(*this);
  wait_offline();
}

}  // namespace sluice::broker
