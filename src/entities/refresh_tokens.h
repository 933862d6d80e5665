#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "entities/database.h"

namespace sluice::entities {

/// A token that can be exchanged for a new pair of tokens once.
struct RefreshToken {
  std::string id;      // the claim `jti`
  std::string family;  // the same for all that follow from one login
  std::string user_id;
  std::int64_t created = 0;
  std::int64_t expires = 0;
};

/// The refresh tokens that were given out. A token that comes a second time was stolen, from us or
/// from its owner: the whole family ends.
class RefreshTokens {
 public:
  explicit RefreshTokens(Database& database) : database_(database) {}

  Result<void> add(Transaction& transaction, const RefreshToken& token);

  enum class Outcome : std::uint8_t {
    Good,     // and spent now
    Unknown,  // never given out, or purged
    Expired,
    Revoked,  // logged out, password changed
    Reused,   // spent before: its family is revoked now, commit for that to hold
  };
  struct Redeemed {
    Outcome outcome = Outcome::Unknown;
    RefreshToken token;  // not for Unknown
  };
  Result<Redeemed> redeem(Transaction& transaction, std::string_view id, std::int64_t now);

  /// Whether access tokens of this login still hold: no token of the family was revoked.
  Result<bool> is_family_alive(std::string_view family);

  Result<void> revoke_family(Transaction& transaction, std::string_view family);
  Result<void> revoke_user(Transaction& transaction, std::string_view user_id);

  /// Forgets those that expired before `now`.
  /// returns  how many
  Result<std::uint64_t> purge(Transaction& transaction, std::int64_t now);

 private:
  Database& database_;
};

}  // namespace sluice::entities
