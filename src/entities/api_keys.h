#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "entities/database.h"
#include "entities/page.h"
#include "entities/users.h"

namespace sluice::entities {

/// Lets a program use the REST API. The key itself is known to its owner only.
struct ApiKey {
  std::string id;    // UUID
  std::string name;  // unique
  Role role = Role::Viewer;
  std::string hash;  // SHA-256 of the key, 32 bytes
  std::int64_t created = 0;
  std::int64_t expires = 0;    // 0: never
  std::int64_t last_used = 0;  // 0: never
  std::string created_by;      // e-mail of the user
};

class ApiKeys {
 public:
  explicit ApiKeys(Database& database) : database_(database) {}

  /// Adds one and gives it an id.
  /// errors  Conflict: the name is taken; Invalid: no name, a hash of another length
  Result<ApiKey> create(Transaction& transaction, ApiKey key, std::int64_t now);
  Result<void> set_last_used(Transaction& transaction, std::string_view id, std::int64_t now);
  Result<void> remove(Transaction& transaction, std::string_view id);

  Result<ApiKey> get(std::string_view id);
  /// Also one that has expired: the caller compares.
  Result<std::optional<ApiKey>> find_by_hash(std::string_view hash);

  /// text_search in the name; sorted by createdTime, name, role, expirationTime, lastUsedTime;
  /// times are createdTime.
  Result<Page<ApiKey>> page(const PageRequest& request);

 private:
  Database& database_;
};

}  // namespace sluice::entities
