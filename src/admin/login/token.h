#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "entities/signing_keys.h"

namespace sluice::admin {

/// What a token is good for. One kind is never taken for another.
enum class TokenKind : std::uint8_t {
  Access,
  Refresh,        // buys a new pair, once
  ResetPassword,  // sets a password in place of one that has expired
};

/// What a token says.
struct TokenClaims {
  TokenKind kind = TokenKind::Access;
  std::string id;  // `jti`
  std::string email;
  std::string user_id;
  std::string first_name, last_name;
  std::string authority;                 // Access only, for user interfaces: the store decides
  std::string login_id;                  // `sessionId`: the login all its tokens come from
  std::int64_t issued = 0, expires = 0;  // seconds since 1970
};

enum class TokenProblem : std::uint8_t { Invalid, Expired };

/// Signs a JWT (RFC 7519) by HS256, with the claims of TBMQ's tokens.
std::string make_token(const TokenClaims& claims, const entities::SigningKey& key);

/// The key of this id, null if there is none (or none any more).
using FindKey = std::function<const entities::SigningKey*(std::string_view id)>;

/// Only HS256 and only our issuer and audience are taken, whatever the header asks for. `kid` is
/// looked up and nothing else is done with it.
/// now  seconds since 1970
tl::expected<TokenClaims, TokenProblem> read_token(std::string_view token, TokenKind kind,
                                                   const FindKey& find_key, std::int64_t now);

}  // namespace sluice::admin
