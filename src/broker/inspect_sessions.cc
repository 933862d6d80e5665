// Sessions as an operator lists, looks at and removes them.

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#include "broker/best_items.h"
#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/inspector.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "broker/session_facts.h"
#include "broker/text_search.h"

namespace sluice::broker {

namespace {

bool satisfies(std::uint64_t count, const CountFilter& filter) {
  switch (filter.comparison) {
    case Comparison::Equal:
      return count == filter.count;
    case Comparison::NotEqual:
      return count != filter.count;
    case Comparison::Greater:
      return count > filter.count;
    case Comparison::Less:
      return count < filter.count;
    case Comparison::GreaterOrEqual:
      return count >= filter.count;
    case Comparison::LessOrEqual:
      return count <= filter.count;
  }
  return false;
}

/// Most Sessions are only passed by, so it looks at no more of each than filter and order need.
class SessionListScan final : public SessionScan {
 public:
  SessionListScan(Core& core, SessionQuery query, std::function<void(Excerpt<SessionSummary>)> done)
      : SessionScan(core),
        query_(std::move(query)),
        client_id_(query_.filter.client_id),
        address_(query_.filter.address),
        done_(std::move(done)),
        best_(query_.slice.end(), core.sessions.size(), Before{query_.order, query_.descending}) {}

 private:
  struct Before {
    SessionOrder order;
    bool descending;
    bool operator()(const SessionSummary& a, const SessionSummary& b) const {
      return is_before(a, b, order, descending);
    }
  };

  std::size_t visit(Session& session) override {
    if (!passes(session)) return 1;
    fill_key(session);
    if (best_.count(candidate_)) best_.add(candidate_);
    return 1;
  }

  bool passes(const Session& session) const {
    const SessionFilter& filter = query_.filter;
    const WallTime connected_at = session.connected_at();
    return session.client_id() > filter.after && client_id_.is_in(session.client_id()) &&
           (!filter.connected || *filter.connected == (session.connection() != nullptr)) &&
           (!filter.clean_start || *filter.clean_start == session.is_clean_start()) &&
           connected_at >= filter.connected_from && connected_at <= filter.connected_to &&
           (!filter.subscriptions ||
            satisfies(session.subscription_count(), *filter.subscriptions)) &&
           (!filter.type || *filter.type == type_of(core_, session)) &&
           (address_.is_for_all() || address_.is_in(address_of(session)));
  }

  void fill_key(const Session& session) {
    candidate_.client_id = session.client_id();
    switch (query_.order) {
      case SessionOrder::ClientId:
        break;
      case SessionOrder::Connected:
        candidate_.is_connected = session.connection() != nullptr;
        break;
      case SessionOrder::Type:
        candidate_.type = type_of(core_, session);
        break;
      case SessionOrder::Subscriptions:
        candidate_.subscriptions = session.subscription_count();
        break;
      case SessionOrder::ConnectedAt:
        candidate_.connected_at = session.connected_at();
        break;
      case SessionOrder::DisconnectedAt:
        candidate_.disconnected_at = disconnected_at(core_, session);
        break;
      case SessionOrder::Address:
        candidate_.address = address_of(session);
        break;
      case SessionOrder::CleanStart:
        candidate_.clean_start = session.is_clean_start();
        break;
      case SessionOrder::WaitingBytes:
        candidate_.waiting_bytes = waiting_bytes(session);
        break;
    }
  }

  void finish() override { done_(best_.take()); }

  const SessionQuery query_;
  const TextSearch client_id_;
  const TextSearch address_;
  std::function<void(Excerpt<SessionSummary>)> done_;
  BestItems<SessionSummary, Before> best_;
  SessionSummary candidate_;
};

std::vector<SubscriptionFacts> subscriptions_of(Session& session) {
  std::vector<SubscriptionFacts> all;
  for_each_subscription(session, [&](const SubscriptionFacts& facts) { all.push_back(facts); });
  std::ranges::sort(all, {}, &SubscriptionFacts::text);
  return all;
}

void add_connection(SessionDetails& details, const ServerConnection& connection) {
  details.keep_alive = connection.keep_alive();
  details.protocol_version = static_cast<std::uint8_t>(connection.version());
  details.listener = connection.listener();
  details.receive_maximum = connection.receive_maximum();
  details.packet_size_max = connection.packet_size_max();
  details.unsent_bytes = connection.unsent();
  details.is_stalled = details.unsent_bytes > 0;
  if (const ClientStatistics* statistics = connection.statistics()) {
    details.statistics = *statistics;
  }
}

/// Whether the Client has still to acknowledge it.
bool is_awaited(const Session& session, std::uint16_t packet_id) {
  MessageFlow* const flow = session.flow();
  const auto* const entry = flow != nullptr ? flow->window.find(packet_id) : nullptr;
  return entry != nullptr && entry->stage == InFlightWindow::Stage::Publish;
}

void add_identity(SessionDetails& details, const auth::Identity& identity) {
  if (identity.provider == auth::ProviderType::None) return;
  details.provider = auth::to_string(identity.provider);
  details.credentials_id = identity.credentials_id;
  details.username = identity.username;
  details.common_name = identity.common_name;
}

}  // namespace

void Inspector::list_sessions(SessionQuery query,
                              std::function<void(Excerpt<SessionSummary>)> done) {
  core_.scans.begin(std::make_unique<SessionListScan>(core_, std::move(query), std::move(done)));
}

void Inspector::complete(std::span<SessionSummary> sessions) {
  for (SessionSummary& summary : sessions) {
    const Session* session = core_.sessions.find(ByteView(summary.client_id));
    if (session != nullptr) summary = summary_of(core_, *session);
  }
}

SessionCounts Inspector::count_sessions() const {
  const Counters& counters = core_.counters;
  return {counters.connections, counters.sessions - counters.connections};
}

std::optional<SessionDetails> Inspector::find_session(ByteView client_id) {
  Session* const session = core_.sessions.find(client_id);
  if (session == nullptr) return std::nullopt;
  SessionDetails details;
  details.summary = summary_of(core_, *session);
  details.expiry_interval = session->expiry_interval();
  if (session->connection() != nullptr) add_connection(details, *session->connection());
  if (session->access() != nullptr) add_identity(details, session->access()->identity());
  if (const MessageFlow* flow = session->flow()) {
    details.in_flight = flow->window.count();
    details.unreleased = flow->unreleased.size();
  }
  if (const Will* will = session->will()) {
    details.will = {will->topic, will->qos, will->retain, will->payload.size(), will->delay};
  }
  details.subscriptions = subscriptions_of(*session);
  return details;
}

std::vector<ClientLatency> Inspector::list_latencies() const {
  boost::unordered_flat_map<const ServerConnection*, ClientLatency> by_client;
  core_.probes.times().for_each(
      core_.now, [&](const ServerConnection& client, double average, double maximum) {
        by_client[&client] = {{}, average, maximum};
      });
  const auto add_awaited = [&](const ServerConnection& client, std::uint16_t packet_id,
                               milliseconds age) {
    if (!is_awaited(*client.session(), packet_id)) return;
    ClientLatency& latency = by_client[&client];
    const auto awaited = static_cast<double>(age.count());
    latency.average_ms = std::max(latency.average_ms, awaited);
    latency.max_ms = std::max(latency.max_ms, awaited);
  };
  core_.probes.for_each_awaited(core_.now, add_awaited);
  std::vector<ClientLatency> all;
  all.reserve(by_client.size());
  for (auto& [client, latency] : by_client) {
    latency.session = summary_of(core_, *client->session());
    all.push_back(std::move(latency));
  }
  return all;
}

void Inspector::remove_sessions(std::span<const std::string> client_ids,
                                std::function<void(std::size_t)> done) {
  std::size_t removed = 0;
  for (const std::string& client_id : client_ids) {
    Session* session = core_.sessions.find(ByteView(client_id));
    if (session == nullptr) continue;
    ++removed;
    if (ServerConnection* connection = session->connection()) {
      connection->end(mqtt::ReasonCode::AdministrativeAction, RefusalReason::Administrator);
      session = core_.sessions.find(ByteView(client_id));  // it may have ended with it
    }
    if (session != nullptr) core_.sessions.end(*session);
  }
  if (removed == 0) return done(0);
  when_durable([done = std::move(done), removed] { done(removed); });
}

}  // namespace sluice::broker
