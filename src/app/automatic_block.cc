#include "app/automatic_block.h"

#include "admin/broker_state.h"
#include "base/log.h"

namespace sluice::app {

namespace {

entities::Result<void> save(entities::AdminStore& store, const entities::BlockedClient& client,
                            std::int64_t now) {
  auto transaction = store.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  const auto saved = store.blocked_clients().save(*transaction, client, now);
  if (!saved) return tl::unexpected(saved.error());
  entities::AuditEntry entry;
  entry.time = now;
  entry.user = "system";
  entry.action = "CREATE";
  entry.entity_type = "BLOCKED_CLIENT";
  entry.entity_name = client.block.value;
  entry.result = "SUCCESS";
  if (auto logged = store.audit_log().append(*transaction, entry); !logged) return logged;
  return transaction->commit();
}

}  // namespace

void block_automatically(entities::AdminStore& store, admin::BrokerControl& broker,
                         const config::AuthSettings& settings, const auth::Block& block,
                         const std::string& reason, std::int64_t now) {
  const auto known = store.blocked_clients().find(block.type, block.value);
  // Who is blocked already for longer, or for ever, stays so.
  const auto is_over = [&](std::int64_t expires) {
    return expires != 0 && expires < block.expires;
  };
  if (known && *known && !is_over((*known)->block.expires)) return;
  if (const auto saved = save(store, {block, "automatically: " + reason, now, "system"}, now);
      !saved) {
    return log::error("cannot block somebody",
                      {{"who", block.value}, {"reason", saved.error().what}});
  }
  log::warning("blocked", {{"who", block.value}, {"reason", reason}});
  auto policy = admin::read_policy(store, settings, now);
  if (!policy) return log::error("cannot read the block list: " + policy.error().what);
  broker.apply_policy(std::move(*policy));
}

}  // namespace sluice::app
