#pragma once

#include <string>

#include "admin/context.h"
#include "admin/role.h"

namespace sluice::admin {

/// What an entity is and was, for the audit log.
struct ChangedEntity {
  std::string type;  // "USER", "MQTT_CLIENT_CREDENTIALS", ...
  std::string id;
  std::string name;
  std::string before;  // JSON, empty: it was not there
  std::string after;   // JSON, empty: it is gone
};

/// One change of the store: it and its row in the audit log are kept together or not at all.
class Change {
 public:
  static Outcome<Change> begin(Context& context, const Caller& caller);

  entities::Transaction& transaction() { return transaction_; }

  /// Adds a row to the audit log; the log masks secrets.
  Outcome<void> log(const std::string& action, ChangedEntity entity,
                    const std::string& result = "SUCCESS");
  /// On return it outlives a power cut.
  Outcome<void> commit();

 private:
  Change(Context& context, const Caller& caller, entities::Transaction transaction)
      : context_(context), caller_(caller), transaction_(std::move(transaction)) {}

  Context& context_;
  const Caller& caller_;
  entities::Transaction transaction_;
};

/// A row in the audit log for what is done to the broker, not to the store. Written before it
/// happens, so that nothing happens unseen.
Outcome<void> record(Context& context, const Caller& caller, const std::string& action,
                     ChangedEntity entity);

}  // namespace sluice::admin
