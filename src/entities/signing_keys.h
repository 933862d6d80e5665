#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "entities/database.h"

namespace sluice::entities {

/// Signs the tokens of the administration.
struct SigningKey {
  std::string id;      // the header `kid`
  std::string secret;  // bytes
  std::int64_t created = 0;
};

class SigningKeys {
 public:
  explicit SigningKeys(Database& database) : database_(database) {}

  /// errors  Conflict: there is one with this id
  Result<void> add(Transaction& transaction, const SigningKey& key);
  Result<void> remove(Transaction& transaction, std::string_view id);
  /// The newest, which signs, first; the others verify what they signed.
  Result<std::vector<SigningKey>> all();

 private:
  Database& database_;
};

}  // namespace sluice::entities
