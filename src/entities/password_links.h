#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "entities/database.h"

namespace sluice::entities {

/// What a link in a mail is kept as: it lets its receiver set a user's password once.
struct PasswordLink {
  std::string hash;  // SHA-256 of its token, 32 bytes
  std::string user_id;
  std::int64_t expires = 0;
};

/// The links that were mailed. A user has one at most, the last; it goes with the user.
class PasswordLinks {
 public:
  explicit PasswordLinks(Database& database) : database_(database) {}

  /// In place of the user's one before.
  Result<void> put(Transaction& transaction, const PasswordLink& link);
  /// nullopt: there is none, or its time is over.
  Result<std::optional<PasswordLink>> find(std::string_view hash, std::int64_t now);
  Result<void> remove_of(Transaction& transaction, std::string_view user_id);

  /// Forgets those that expired before `now`.
  /// returns  how many
  Result<std::uint64_t> purge(Transaction& transaction, std::int64_t now);

 private:
  Database& database_;
};

}  // namespace sluice::entities
