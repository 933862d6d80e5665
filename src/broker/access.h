#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "auth/policy.h"
#include "auth/verdict.h"
#include "base/bytes.h"
#include "broker/gatekeeper.h"

namespace sluice::broker {

struct Core;
struct Losses;
struct Will;
class ServerConnection;
class Session;

/// Who gets in, and what happens to those who are in when that changes: part of one shard's core.
class Access {
 public:
  Access(Core& core, Gatekeeper& gatekeeper);

  const auth::Policy& policy() const { return *policy_; }
  /// Clients that are blocked from now on are closed.
  void set_policy(std::shared_ptr<const auth::Policy> policy);

  /// Acts on the Clients that came by credentials, and on what they left. Calls `done` when that
  /// outlives a crash of the process.
  void apply(std::span<const auth::CredentialsChange> changes, std::function<void()> done);

  bool is_blocked(ByteView client_id, ByteView username, ByteView address) const;
  void report(auth::RefusedClient refused) { gatekeeper_.report(std::move(refused)); }

  Losses find_losses(ByteView credentials_id, const auth::RuleBook* rules, std::size_t clients_max);

  // Authentications that are under way. A connection has at most one.

  /// connect  the packet, to go on with when the verdict is here; empty for one that is connected
  void ask(ServerConnection& connection, auth::ConnectRequest request, std::string connect);
  /// The Client answered a Challenge. False: none is open.
  bool answer(ServerConnection& connection, ByteView data);
  void on_verdict(Gatekeeper::Ticket ticket, auth::Verdict verdict);
  void forget(ServerConnection& connection);

  /// The Authentication Method that the CONNECT named: few Clients have one.
  void set_method(const ServerConnection& connection, ByteView method) {
    methods_[&connection] = method;
  }
  /// Null: it named none.
  const std::string* method_of(const ServerConnection& connection) const {
    const auto found = methods_.find(&connection);
    return found == methods_.end() ? nullptr : &found->second;
  }
  bool is_asking(const ServerConnection& connection) const;

  // What a Session may do.

  /// Takes away what the Client of this Session may no longer have: subscriptions, what they have
  /// queued, its Will.
  void recheck(Session& session);
  bool may_publish(Session& session, const Will& will) const;

 private:
  struct Exchange {
    Gatekeeper::Ticket ticket = 0;
    std::string client_id;
    std::string connect;
    bool is_challenged = false;
  };

  void close_blocked();
  void apply(const auth::CredentialsChange& change, Session& session);
  void recheck_subscriptions(Session& session);
  void recheck_shared(Session& session);
  void drop_queued(Session& session);

  Core& core_;
  Gatekeeper& gatekeeper_;
  std::shared_ptr<const auth::Policy> policy_;
  Gatekeeper::Ticket last_ticket_ = 0;
  boost::unordered_flat_map<const ServerConnection*, Exchange> exchanges_;
  boost::unordered_flat_map<Gatekeeper::Ticket, ServerConnection*> by_ticket_;
  boost::unordered_flat_map<const ServerConnection*, std::string> methods_;
};

/// Whether one of the Session's subscriptions, shared ones included, matches `topic`.
bool is_subscribed(Session& session, ByteView topic);

}  // namespace sluice::broker
