#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "auth/policy.h"
#include "auth/rule_book.h"
#include "providers/provider_settings.h"

namespace sluice::admin {

/// What a connected Client would lose under other rules.
struct Loss {
  std::string client_id;
  std::vector<std::string> filters;  // Topic Filters of its Subscriptions, with `$share/...`
};

struct Losses {
  std::vector<Loss> clients;  // those that lose something, at most as many as were asked for
  std::size_t affected = 0;   // all that lose something
  std::size_t checked = 0;    // connected Clients that these credentials let in
};

/// What the administration tells the running broker.
///
/// Called on the admin thread, after the change is committed to the store. Each call returns when
/// every shard (and the authenticator, where it is concerned) has taken the change: what an
/// administrator does afterwards meets the new state. `Admin::stop` comes before the shards' stop.
class BrokerControl {
 public:
  virtual ~BrokerControl() = default;

  /// Replaces the policy of all shards. Clients that its block list names are disconnected.
  virtual void apply_policy(std::shared_ptr<const auth::Policy> policy) = 0;

  /// Acts on the Clients that the changed credentials or provider let in.
  virtual void apply(const auth::CredentialsChange& change) = 0;

  /// The providers that are on, in their order. What was cached of one that changed is forgotten.
  virtual void configure(const providers::ProviderChain& chain) = 0;

  /// Passwords of these credentials that were verified have to be verified again.
  virtual void forget_password(const std::string& credentials_id) = 0;

  /// Changes nothing: what Clients that these credentials let in would lose under `rules`.
  /// rules        null: the credentials would be gone
  /// clients_max  length of the list; the counts go on
  virtual Losses find_losses(const std::string& credentials_id,
                             std::shared_ptr<const auth::RuleBook> rules,
                             std::size_t clients_max) = 0;
};

}  // namespace sluice::admin
