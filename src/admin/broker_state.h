#pragma once

#include <memory>

#include "admin/context.h"
#include "auth/policy.h"
#include "auth/rule_book.h"
#include "providers/provider_settings.h"

namespace sluice::admin {

// What the broker has to know of the entities. Used at the start and after each change.

/// errors  Database, or Invalid: an entity that an older version let in
entities::Result<std::shared_ptr<const auth::Policy>> read_policy(
    entities::AdminStore& store, const config::AuthSettings& settings, std::int64_t now);
entities::Result<providers::ProviderChain> read_provider_chain(
    entities::AdminStore& store, const config::AuthSettings& settings);

/// Rules of the Clients that these credentials let in.
/// errors  Invalid: an expression that cannot be made
entities::Result<std::shared_ptr<const auth::RuleBook>> make_rule_book(
    const auth::Credentials& credentials);

/// Tells the broker the providers that are on, and the policy, which depends on them.
Outcome<void> publish_providers(Context& context);
/// Tells the broker whom to block.
Outcome<void> publish_policy(Context& context);

}  // namespace sluice::admin
