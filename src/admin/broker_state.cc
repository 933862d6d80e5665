#include "admin/broker_state.h"

#include "entities/provider_configuration.h"

namespace sluice::admin {

entities::Result<std::shared_ptr<const auth::Policy>> read_policy(
    entities::AdminStore& store, const config::AuthSettings& settings, std::int64_t now) {
  const auto providers = store.providers().all();
  if (!providers) return tl::unexpected(providers.error());
  auto blocks = store.blocked_clients().active(now);
  if (!blocks) return tl::unexpected(blocks.error());
  auto policy = std::make_shared<auth::Policy>();
  for (const auto& provider : *providers) policy->asks_providers |= provider.enabled;
  policy->allows_anonymous = settings.allow_anonymous;
  if (!blocks->empty()) {
    auto list = auth::BlockList::make(std::move(*blocks));
    if (!list) return entities::invalid(list.error().what);
    policy->block_list = std::move(*list);
  }
  return policy;
}

entities::Result<providers::ProviderChain> read_provider_chain(
    entities::AdminStore& store, const config::AuthSettings& settings) {
  const auto providers = store.providers().all();
  if (!providers) return tl::unexpected(providers.error());
  const auto order = store.settings().provider_priorities();
  if (!order) return tl::unexpected(order.error());
  return entities::make_provider_chain(*providers, *order, settings.allow_anonymous);
}

entities::Result<std::shared_ptr<const auth::RuleBook>> make_rule_book(
    const auth::Credentials& credentials) {
  if (credentials.basic) return auth::RuleBook::of(credentials.basic->rules);
  if (credentials.scram) return auth::RuleBook::of(credentials.scram->rules);
  auto book = auth::RuleBook::of(credentials.x509 ? credentials.x509->mappings
                                                  : std::vector<auth::RuleBook::Mapping>{});
  if (!book) return entities::invalid(book.error().what);
  return std::move(*book);
}

Outcome<void> publish_policy(Context& context) {
  auto policy = from_store(read_policy(context.store, context.auth, context.now()));
  if (!policy) return tl::unexpected(policy.error());
  context.broker.apply_policy(std::move(*policy));
  return {};
}

Outcome<void> publish_providers(Context& context) {
  const auto chain = from_store(read_provider_chain(context.store, context.auth));
  if (!chain) return tl::unexpected(chain.error());
  // The authenticator first: shards ask it as soon as the policy says so.
  context.broker.configure(*chain);
  return publish_policy(context);
}

}  // namespace sluice::admin
