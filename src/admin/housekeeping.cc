#include "admin/housekeeping.h"

#include "base/log.h"

namespace sluice::admin {
namespace {

void report(const char* what, const entities::Error& error) {
  log::error(std::string(what) + ": " + error.what);
}

entities::Result<void> purge(Context& context) {
  const std::int64_t now = context.now();
  const std::int64_t oldest_audit = now - milliseconds(context.settings.audit_ttl).count();
  auto transaction = context.store.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  auto rows = context.store.audit_log().purge(*transaction, oldest_audit);
  if (rows) rows = context.store.refresh_tokens().purge(*transaction, now);
  if (rows) rows = context.store.password_links().purge(*transaction, now);
  if (rows) {
    rows = context.store.blocked_clients().purge(*transaction, now, context.auth.blocked_ttl);
  }
  if (!rows) return tl::unexpected(rows.error());
  return transaction->commit();
}

}  // namespace

void write_unauthorized(Context& context) {
  if (!context.unauthorized) return;
  const auto written = context.unauthorized->write_pending(context.store.database(), context.now());
  if (!written) report("the list of unauthorized clients cannot be written", written.error());
}

void purge_old(Context& context) {
  const auto purged = purge(context);
  if (!purged) report("old entities of the administration cannot be removed", purged.error());
}

}  // namespace sluice::admin
