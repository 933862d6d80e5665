#include "admin/login/token_issuer.h"

#include "admin/login/secrets.h"
#include "admin/role.h"
#include "entities/uuid.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyIdBytes = 8;
constexpr seconds kResetTokenTtl = std::chrono::hours{1};

}  // namespace

std::string reset_token_id(const entities::User& user) {
  return std::to_string(user.password_changed);
}

Outcome<void> TokenIssuer::load() {
  auto keys = from_store(context_.store.signing_keys().all());
  if (!keys) return tl::unexpected(keys.error());
  keys_ = std::move(*keys);
  if (!keys_.empty()) return {};
  auto transaction = from_store(context_.store.begin());
  if (!transaction) return tl::unexpected(transaction.error());
  if (auto added = add_key(*transaction); !added) return added;
  return from_store(transaction->commit());
}

Outcome<void> TokenIssuer::add_key(entities::Transaction& transaction) {
  entities::SigningKey key{random_text(kKeyIdBytes), random_bytes(kKeyBytes), context_.now()};
  auto added = from_store(context_.store.signing_keys().add(transaction, key));
  if (added) keys_.insert(keys_.begin(), std::move(key));
  return added;
}

Outcome<void> TokenIssuer::rotate(entities::Transaction& transaction) {
  if (auto added = add_key(transaction); !added) return added;
  // The key before signed until now, so that each key is needed for one lifetime of a token after
  // its successor was made.
  const milliseconds ttl = context_.settings.refresh_token_ttl;
  while (keys_.size() > 1 && keys_[keys_.size() - 2].created + ttl.count() < context_.now()) {
    const auto removed =
        from_store(context_.store.signing_keys().remove(transaction, keys_.back().id));
    if (!removed) return removed;
    keys_.pop_back();
  }
  return {};
}

TokenClaims TokenIssuer::claims_for(const entities::User& user, TokenKind kind, seconds ttl) const {
  TokenClaims claims;
  claims.kind = kind;
  claims.id = entities::make_uuid();
  claims.email = user.email;
  claims.user_id = user.id;
  claims.first_name = user.first_name;
  claims.last_name = user.last_name;
  claims.authority = authority_of(user.role);
  claims.issued = context_.now() / 1000;
  claims.expires = claims.issued + ttl.count();
  return claims;
}

Outcome<TokenPair> TokenIssuer::issue(entities::Transaction& transaction,
                                      const entities::User& user, const std::string& login_id) {
  const seconds refresh_ttl = context_.settings.refresh_token_ttl;
  TokenClaims access = claims_for(user, TokenKind::Access, context_.settings.access_token_ttl);
  TokenClaims refresh = claims_for(user, TokenKind::Refresh, refresh_ttl);
  access.login_id = refresh.login_id = login_id;
  const entities::RefreshToken kept{refresh.id, login_id, user.id, context_.now(),
                                    context_.now() + milliseconds(refresh_ttl).count()};
  const auto added = from_store(context_.store.refresh_tokens().add(transaction, kept));
  if (!added) return tl::unexpected(added.error());
  return TokenPair{make_token(access, keys_.front()), make_token(refresh, keys_.front())};
}

std::string TokenIssuer::make_reset_token(const entities::User& user) const {
  TokenClaims claims = claims_for(user, TokenKind::ResetPassword, kResetTokenTtl);
  claims.id = claims.login_id = reset_token_id(user);
  return make_token(claims, keys_.front());
}

const entities::SigningKey* TokenIssuer::find_key(std::string_view id) const {
  for (const auto& key : keys_) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

tl::expected<TokenClaims, TokenProblem> TokenIssuer::read(std::string_view token,
                                                          TokenKind kind) const {
  const auto find = [this](std::string_view id) { return find_key(id); };
  return read_token(token, kind, find, context_.now() / 1000);
}

}  // namespace sluice::admin
