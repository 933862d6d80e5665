#include "admin/login/token.h"

#include <boost/json.hpp>

#include "admin/http/fields.h"
#include "admin/login/secrets.h"
#include "base/base64.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kIssuer = "sluice";
constexpr std::size_t kTokenMax = 4096;
constexpr std::int64_t kLatest = std::int64_t{1} << 53;

std::string_view audience_of(TokenKind kind) {
  switch (kind) {
    case TokenKind::Access:
      return "sluice-admin";
    case TokenKind::Refresh:
      return "sluice-refresh";
    case TokenKind::ResetPassword:
      return "sluice-reset-password";
  }
  return {};
}

std::string scope_of(const TokenClaims& claims) {
  switch (claims.kind) {
    case TokenKind::Access:
      return claims.authority;
    case TokenKind::Refresh:
      return "REFRESH_TOKEN";
    case TokenKind::ResetPassword:
      return "RESET_PASSWORD";
  }
  return {};
}

struct Parts {
  std::string_view header, payload, signature;
  std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
  if (token.size() > kTokenMax) return std::nullopt;
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

std::optional<json::value> decode(std::string_view part) {
  const auto text = from_base64(part, Base64::Url);
  if (!text) return std::nullopt;
  auto value = parse_json(*text);
  if (!value) return std::nullopt;
  return std::move(*value);
}

bool is_signed(const Parts& parts, const FindKey& find_key) {
  const auto header = decode(parts.header);
  if (!header) return false;
  Fields fields(*header);
  const bool is_ours = fields.text("alg") == "HS256" && fields.text("typ") == "JWT";
  const std::string key_id = fields.text("kid");
  if (fields.problem() || !is_ours || fields.has("crit")) return false;
  const entities::SigningKey* key = find_key(key_id);
  const auto signature = from_base64(parts.signature, Base64::Url);
  return key && signature &&
         is_equal_secret(*signature, hmac_sha256(key->secret, parts.signed_text));
}

std::optional<TokenClaims> to_claims(const json::value& payload, TokenKind kind) {
  Fields fields(payload);
  TokenClaims claims;
  claims.kind = kind;
  claims.id = fields.required_text("jti");
  claims.email = fields.required_text("sub");
  claims.user_id = fields.required_text("userId");
  claims.first_name = fields.text("firstName");
  claims.last_name = fields.text("lastName");
  claims.login_id = fields.required_text("sessionId");
  claims.issued = fields.number("iat", 0, kLatest, 0);
  claims.expires = fields.number("exp", 0, kLatest, 0);
  const auto scopes = fields.texts("scopes");
  const bool is_ours = fields.text("iss") == kIssuer && fields.text("aud") == audience_of(kind);
  if (fields.problem() || !is_ours || scopes.size() != 1) return std::nullopt;
  claims.authority = scopes.front();
  return claims;
}

}  // namespace

std::string make_token(const TokenClaims& claims, const entities::SigningKey& key) {
  const json::object header{{"alg", "HS256"}, {"typ", "JWT"}, {"kid", key.id}};
  const json::object payload{{"sub", claims.email},
                             {"userId", claims.user_id},
                             {"scopes", json::array{json::string(scope_of(claims))}},
                             {"firstName", claims.first_name},
                             {"lastName", claims.last_name},
                             {"enabled", true},
                             {"sessionId", claims.login_id},
                             {"iss", kIssuer},
                             {"aud", audience_of(claims.kind)},
                             {"iat", claims.issued},
                             {"exp", claims.expires},
                             {"jti", claims.id}};
  const std::string text = to_base64(json::serialize(header), Base64::Url) + "." +
                           to_base64(json::serialize(payload), Base64::Url);
  return text + "." + to_base64(hmac_sha256(key.secret, text), Base64::Url);
}

tl::expected<TokenClaims, TokenProblem> read_token(std::string_view token, TokenKind kind,
                                                   const FindKey& find_key, std::int64_t now) {
  const auto parts = split(token);
  if (!parts || !is_signed(*parts, find_key)) return tl::unexpected(TokenProblem::Invalid);
  const auto payload = decode(parts->payload);
  const auto claims = payload ? to_claims(*payload, kind) : std::nullopt;
  if (!claims) return tl::unexpected(TokenProblem::Invalid);
  if (now >= claims->expires) return tl::unexpected(TokenProblem::Expired);
  return *claims;
}

}  // namespace sluice::admin
