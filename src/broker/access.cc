#include "broker/access.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {

using auth::CredentialsChange;
using mqtt::ReasonCode;

namespace {

const std::shared_ptr<const auth::AuthorizationRules>& rules_that_allow_nothing() {
  static const std::shared_ptr<const auth::AuthorizationRules> kNothing =
      auth::AuthorizationRules::make({}, {}).value();
  return kNothing;
}

bool concerns(const CredentialsChange& change, const auth::Identity& identity) {
  if (change.kind == CredentialsChange::Kind::Provider) {
    return change.provider == identity.provider;
  }
  return !identity.credentials_id.empty() && change.credentials_id == identity.credentials_id;
}

std::vector<std::string> denied_filters(Session& session, const auth::AuthorizationRules& rules) {
  std::vector<std::string> denied;
  for (const SubscriptionRef& ref : session.subscriptions()) {
    const ByteView filter = Router::filter_of(*ref.route);
    if (!rules.may_subscribe(filter)) denied.emplace_back(filter);
  }
  if (!session.has_shared()) return denied;
  for (const SharedSubscription& shared : session.shared()) {
    if (!rules.may_subscribe(shared.filter)) denied.push_back(shared.parts().text());
  }
  return denied;
}

/// All changes of `changes` that one Session can be concerned by, found without a walk over them.
class ChangeIndex {
 public:
  explicit ChangeIndex(std::span<const CredentialsChange> changes) {
    for (const CredentialsChange& change : changes) {
      if (change.kind == CredentialsChange::Kind::Provider) {
        of_providers_.push_back(&change);
      } else {
        by_credentials_[change.credentials_id] = &change;
      }
    }
  }

  const CredentialsChange* find(const auth::Identity& identity) const {
    for (const CredentialsChange* change : of_providers_) {
      if (concerns(*change, identity)) return change;
    }
    const auto found = by_credentials_.find(identity.credentials_id);
    return found != by_credentials_.end() && concerns(*found->second, identity) ? found->second
                                                                                : nullptr;
  }

 private:
  std::vector<const CredentialsChange*> of_providers_;
  boost::unordered_flat_map<std::string_view, const CredentialsChange*> by_credentials_;
};

}  // namespace

Access::Access(Core& core, Gatekeeper& gatekeeper) : core_(core), gatekeeper_(gatekeeper) {
  auth::Policy policy;
  policy.allows_anonymous = core.settings.auth.allow_anonymous;
  policy_ = std::make_shared<const auth::Policy>(std::move(policy));
}

void Access::set_policy(std::shared_ptr<const auth::Policy> policy) {
  policy_ = std::move(policy);
  if (policy_->block_list != nullptr && !policy_->block_list->empty()) close_blocked();
}

bool Access::is_blocked(ByteView client_id, ByteView username, ByteView address) const {
  const auto& list = policy_->block_list;
  return list != nullptr && !list->empty() &&
         list->find(client_id, username, address, core_.wall_now()) != nullptr;
}

void Access::close_blocked() {
  std::vector<ServerConnection*> blocked;
  core_.sessions.for_each([&](Session& session) {
    ServerConnection* connection = session.connection();
    if (connection == nullptr) return;
    const ClientAccess* access = session.access();
    const ByteView username =
        access != nullptr ? ByteView(access->identity().username) : ByteView();
    if (is_blocked(session.client_id(), username, connection->peer_address())) {
      blocked.push_back(connection);
    }
  });
  for (ServerConnection* connection : blocked) {
    // Banned is for CONNACK only, v5 3.14.2.1.
    connection->end(ReasonCode::AdministrativeAction, RefusalReason::Blocked);
  }
}

void Access::apply(std::span<const CredentialsChange> changes, std::function<void()> done) {
  const ChangeIndex index(changes);
  std::vector<std::pair<Session*, const CredentialsChange*>> concerned;
  core_.sessions.for_each([&](Session& session) {
    if (session.access() == nullptr) return;
    const CredentialsChange* change = index.find(session.access()->identity());
    if (change != nullptr) concerned.emplace_back(&session, change);
  });
  // A Session may end by its own change only, so none of the others is gone when its turn comes.
  for (const auto& [session, change] : concerned) apply(*change, *session);
  if (core_.journal.is_durable()) {
    core_.groups.when_durable(std::move(done));
  } else {
    done();
  }
}

void Access::apply(const CredentialsChange& change, Session& session) {
  ClientAccess& access = *session.access();
  ServerConnection* connection = session.connection();
  switch (change.kind) {
    case CredentialsChange::Kind::Rules:
      access.set_rules(change.rules->rules_for(access.subject()));
      return recheck(session);
    case CredentialsChange::Kind::Gone:
      access.set_rules(rules_that_allow_nothing());
      if (connection != nullptr) {
        return connection->end(ReasonCode::NotAuthorized, RefusalReason::CredentialsGone);
      }
      return recheck(session);
    case CredentialsChange::Kind::Provider:
      if (connection != nullptr) {
        connection->end(ReasonCode::NotAuthorized, RefusalReason::ProviderChanged);
      }
      return;
  }
}

Losses Access::find_losses(ByteView credentials_id, const auth::RuleBook* rules,
                           std::size_t clients_max) {
  Losses losses;
  core_.sessions.for_each([&](Session& session) {
    if (session.connection() == nullptr || session.access() == nullptr) return;
    if (session.access()->identity().credentials_id != credentials_id) return;
    ++losses.checked;
    const auto would_be = rules != nullptr ? rules->rules_for(session.access()->subject())
                                           : rules_that_allow_nothing();
    if (would_be == nullptr) return;
    std::vector<std::string> filters = denied_filters(session, *would_be);
    if (filters.empty()) return;
    ++losses.affected;
    if (losses.clients.size() < clients_max) {
      losses.clients.push_back({session.client_id(), std::move(filters)});
    }
  });
  return losses;
}

void Access::ask(ServerConnection& connection, auth::ConnectRequest request, std::string connect) {
  const Gatekeeper::Ticket ticket = ++last_ticket_;
  exchanges_[&connection] = {ticket, request.client_id, std::move(connect), false};
  by_ticket_[ticket] = &connection;
  gatekeeper_.authenticate(ticket, std::move(request));
}

bool Access::answer(ServerConnection& connection, ByteView data) {
  const auto found = exchanges_.find(&connection);
  if (found == exchanges_.end() || !found->second.is_challenged) return false;
  found->second.is_challenged = false;
  gatekeeper_.answer(found->second.ticket, std::string(data));
  return true;
}

void Access::on_verdict(Gatekeeper::Ticket ticket, auth::Verdict verdict) {
  const auto found = by_ticket_.find(ticket);
  if (found == by_ticket_.end()) return;  // the Client is gone
  ServerConnection& connection = *found->second;
  const auto exchange = exchanges_.find(&connection);
  if (auto* challenge = std::get_if<auth::Challenge>(&verdict)) {
    exchange->second.is_challenged = true;
    return connection.challenge(challenge->data);
  }
  const Exchange over = std::move(exchange->second);
  exchanges_.erase(exchange);
  by_ticket_.erase(found);
  if (over.connect.empty()) return connection.on_reauthenticated(std::move(verdict));
  connection.on_authenticated(over.connect, over.client_id, std::move(verdict));
}

void Access::forget(ServerConnection& connection) {
  methods_.erase(&connection);
  const auto found = exchanges_.find(&connection);
  if (found == exchanges_.end()) return;
  gatekeeper_.cancel(found->second.ticket);
  by_ticket_.erase(found->second.ticket);
  exchanges_.erase(found);
}

bool Access::is_asking(const ServerConnection& connection) const {
  return exchanges_.contains(&connection);
}

bool Access::may_publish(Session& session, const Will& will) const {
  return session.access() == nullptr || session.access()->may_publish(will.topic);
}

void Access::recheck(Session& session) {
  if (session.will() != nullptr && !may_publish(session, *session.will())) {
    core_.observer.deny(session, DropReason::NotAuthorized, session.will()->topic);
    core_.sessions.delete_will(session);
  }
  // Of an offline Session the rules at its return decide: they may be others again.
  if (session.connection() == nullptr) return;
  const std::size_t before = session.subscription_count();
  recheck_subscriptions(session);
  recheck_shared(session);
  if (session.subscription_count() != before) drop_queued(session);
}

void Access::recheck_subscriptions(Session& session) {
  std::vector<std::string> denied;
  for (const SubscriptionRef& ref : session.subscriptions()) {
    std::string filter(Router::filter_of(*ref.route));
    if (!session.access()->may_subscribe(filter)) denied.push_back(std::move(filter));
  }
  for (const std::string& filter : denied) {
    core_.router.unsubscribe(session, filter);
    core_.sessions.erase_subscription(session, filter);
    core_.observer.on_unsubscribed(session, filter);
    ++core_.counters.subscriptions_revoked;
  }
}

/// What the Session was given of a group and has not finished goes back to the other members.
void Access::recheck_shared(Session& session) {
  if (!session.has_shared()) return;
  auto& shared = session.shared();
  for (std::size_t i = 0; i < shared.size();) {
    if (session.access()->may_subscribe(shared[i].filter)) {
      ++i;
      continue;
    }
    core_.share_groups.tell_leave(session, shared[i]);
    core_.sessions.erase_subscription(session, shared[i].parts().text());
    core_.observer.on_unsubscribed(session, shared[i].parts().text());
    core_.share_groups.give_back(session, shared[i].group);
    shared.erase(shared.begin() + static_cast<std::ptrdiff_t>(i));
    --core_.counters.subscriptions;
    ++core_.counters.subscriptions_revoked;
  }
}

/// What was queued for a subscription that is gone must not be sent. Stored messages may lie on
/// disk, so they are looked at when their turn comes.
void Access::drop_queued(Session& session) {
  if (StoredSession* stored = session.stored()) {
    stored->recheck_below = stored->next_sequence();
    core_.sessions.write_row(session, Need::Promise);
  }
  if (session.flow() == nullptr) return;
  const bool is_stored = session.stored() != nullptr;
  session.flow()->queue.filter([&](const Delivery& delivery) {
    const bool is_looked_at_later = is_stored && delivery.qos != mqtt::Qos::AtMostOnce;
    if (is_looked_at_later || is_subscribed(session, delivery.message->topic())) return true;
    core_.observer.drop(session, DropReason::NotAuthorized, *delivery.message);
    return false;
  });
  core_.output.mark_dirty(*session.connection());
}

bool is_subscribed(Session& session, ByteView topic) {
  const bool plain = std::ranges::any_of(session.subscriptions(), [&](const SubscriptionRef& ref) {
    return mqtt::matches(Router::filter_of(*ref.route), topic);
  });
  if (plain || !session.has_shared()) return plain;
  return std::ranges::any_of(session.shared(), [&](const SharedSubscription& shared) {
    return mqtt::matches(shared.filter, topic);
  });
}

}  // namespace sluice::broker
