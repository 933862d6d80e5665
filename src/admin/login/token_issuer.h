#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/context.h"
#include "admin/login/token.h"

namespace sluice::admin {

struct TokenPair {
  std::string token;
  std::string refresh_token;
};

/// Makes and reads the tokens of this installation, with keys that it made itself.
class TokenIssuer {
 public:
  explicit TokenIssuer(Context& context) : context_(context) {}

  /// Reads the keys, and makes the first one. Before anything else.
  Outcome<void> load();

  /// A new key signs from now on. Those before it verify until their last token has expired.
  Outcome<void> rotate(entities::Transaction& transaction);

  /// For a new login, or the next pair of one.
  Outcome<TokenPair> issue(entities::Transaction& transaction, const entities::User& user,
                           const std::string& login_id);

  /// Sets a new password once: it is bound to the one that is there.
  std::string make_reset_token(const entities::User& user) const;

  tl::expected<TokenClaims, TokenProblem> read(std::string_view token, TokenKind kind) const;

 private:
  const entities::SigningKey* find_key(std::string_view id) const;
  Outcome<void> add_key(entities::Transaction& transaction);
  TokenClaims claims_for(const entities::User& user, TokenKind kind, seconds ttl) const;

  Context& context_;
  std::vector<entities::SigningKey> keys_;  // the first one signs
};

/// What a reset token is bound to: it ends with the password that it replaces.
std::string reset_token_id(const entities::User& user);

}  // namespace sluice::admin
