#include "admin/change.h"

namespace sluice::admin {

Outcome<Change> Change::begin(Context& context, const Caller& caller) {
  auto transaction = from_store(context.store.begin());
  if (!transaction) return tl::unexpected(transaction.error());
  return Change(context, caller, std::move(*transaction));
}

Outcome<void> Change::log(const std::string& action, ChangedEntity entity,
                          const std::string& result) {
  entities::AuditEntry entry;
  entry.time = context_.now();
  entry.user = caller_.who;
  entry.action = action;
  entry.entity_type = std::move(entity.type);
  entry.entity_id = std::move(entity.id);
  entry.entity_name = std::move(entity.name);
  entry.before = std::move(entity.before);
  entry.after = std::move(entity.after);
  entry.address = caller_.address;
  entry.result = result;
  return from_store(context_.store.audit_log().append(transaction_, std::move(entry)));
}

Outcome<void> Change::commit() {
  return from_store(transaction_.commit());
}

Outcome<void> record(Context& context, const Caller& caller, const std::string& action,
                     ChangedEntity entity) {
  auto change = Change::begin(context, caller);
  if (!change) return tl::unexpected(change.error());
  const auto logged = change->log(action, std::move(entity));
  return logged ? change->commit() : logged;
}

}  // namespace sluice::admin
