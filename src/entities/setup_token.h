#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "entities/database.h"

namespace sluice::entities {

/// What lets the first administrator in, printed once at the first start.
struct SetupToken {
  std::string hash;  // SHA-256, 32 bytes
  std::int64_t expires = 0;
};

/// At most one at a time.
class SetupTokens {
 public:
  explicit SetupTokens(Database& database) : database_(database) {}

  /// In place of the one before.
  Result<void> put(Transaction& transaction, const SetupToken& token);
  Result<void> clear(Transaction& transaction);
  Result<std::optional<SetupToken>> find();

 private:
  Database& database_;
};

}  // namespace sluice::entities
