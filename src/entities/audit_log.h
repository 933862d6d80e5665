#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// Who did what to which entity, from where, with which result.
struct AuditEntry {
  std::int64_t sequence = 0;  // given by the log, from 1, without gaps
  std::int64_t time = 0;      // milliseconds since 1970
  std::string user;           // e-mail, name of an API key, or "system"
  std::string action;         // "CREATE", "UPDATE", "DELETE", "LOGIN", ...
  std::string entity_type;    // "MQTT_CLIENT_CREDENTIALS", "USER", ...; empty: none, as below
  std::string entity_id;
  std::string entity_name;
  std::string before;   // JSON
  std::string after;    // JSON
  std::string address;  // of the HTTP client
  std::string result;   // "SUCCESS", or why not
  std::string hash;     // given by the log: 32 bytes
};

/// Empty lists and texts let everything through.
struct AuditFilter {
  std::string user;                       // contained, ASCII letters in either case
  std::vector<std::string> actions;       // equal, like the next two
  std::vector<std::string> entity_types;  //
  std::string entity_id;
};

/// What looking at the whole chain found.
struct AuditVerdict {
  std::uint64_t checked = 0;
  std::int64_t broken_at = 0;  // sequence of the first entry that does not fit; 0: all fit
  std::string what;            // in words, empty if all fit
  bool is_intact() const { return broken_at == 0; }
};

/// The log of the administration: entries are added and, when old, removed from the front; nothing
/// changes them. Each has the SHA-256 of the one before and itself, so that a change is noticed.
class AuditLog {
 public:
  explicit AuditLog(Database& database) : database_(database) {}

  /// Masks the secrets of before and after. In the transaction of what it tells of; of what was
  /// refused, in one of its own.
  Result<void> append(Transaction& transaction, AuditEntry entry);

  /// Removes what is from before `oldest`; the hash of the last one removed is kept, so that the
  /// chain can still be verified.
  /// returns  how many
  Result<std::uint64_t> purge(Transaction& transaction, std::int64_t oldest);

  /// Reads the whole log.
  Result<AuditVerdict> verify();

  /// text_search in user, entity name and address; sorted by createdTime, user, actionType,
  /// entityType, entityName; times are createdTime.
  Result<Page<AuditEntry>> page(const PageRequest& request, const AuditFilter& filter = {});

 private:
  Database& database_;
};

}  // namespace sluice::entities
