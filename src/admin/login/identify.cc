#include "admin/login/identify.h"

#include "admin/login/secrets.h"

namespace sluice::admin {
namespace {

constexpr std::int64_t kLastUsedSteps = 60'000;  // a write for each use would cost a sync each

std::string_view after_scheme(std::string_view value, std::string_view scheme) {
  return value.starts_with(scheme) ? value.substr(scheme.size()) : std::string_view();
}

void note_use(Context& context, const entities::ApiKey& key) {
  if (context.now() - key.last_used < kLastUsedSteps) return;
  // Best effort: that a key was used is no reason to refuse it.
  auto transaction = context.store.begin();
  if (!transaction) return;
  if (!context.store.api_keys().set_last_used(*transaction, key.id, context.now())) return;
  (void)transaction->commit();
}

bool has_expired(const Context& context, const entities::ApiKey& key) {
  return key.expires != 0 && key.expires <= context.now();
}

Outcome<Caller> identify_key(Context& context, std::string_view secret, std::string address) {
  auto key = from_store(context.store.api_keys().find_by_hash(sha256(secret)));
  if (!key) return tl::unexpected(key.error());
  if (!*key) return unauthenticated("The API key is not known");
  if (has_expired(context, **key)) return unauthenticated("The API key has expired");
  note_use(context, **key);
  Caller caller;
  caller.role = (*key)->role;
  caller.who = "key:" + (*key)->name;
  caller.key_id = (*key)->id;
  caller.address = std::move(address);
  return caller;
}

/// The user behind a login that goes on.
Outcome<entities::User> find_user(Context& context, const std::string& login_id,
                                  const std::string& user_id) {
  const auto is_alive = from_store(context.store.refresh_tokens().is_family_alive(login_id));
  if (!is_alive) return tl::unexpected(is_alive.error());
  if (!*is_alive) return unauthenticated("The login has ended");
  auto user = context.store.users().get(user_id);
  if (!user && user.error().kind != entities::ErrorKind::NotFound) {
    return tl::unexpected(to_api_error(user.error()));
  }
  if (!user || !user->enabled) return unauthenticated("The account is not there any more");
  return std::move(*user);
}

Outcome<Caller> identify_token(Context& context, const TokenIssuer& tokens, std::string_view token,
                               std::string address) {
  const auto claims = tokens.read(token, TokenKind::Access);
  if (!claims && claims.error() == TokenProblem::Expired) {
    return tl::unexpected(ApiError{401, ErrorCode::TokenExpired, "The token has expired", {}, {}});
  }
  if (!claims) return unauthenticated("The token is not valid");
  const auto user = find_user(context, claims->login_id, claims->user_id);
  if (!user) return tl::unexpected(user.error());
  Caller caller;
  caller.role = user->role;
  caller.who = user->email;
  caller.user_id = user->id;
  caller.login_id = claims->login_id;
  caller.address = std::move(address);
  return caller;
}

}  // namespace

Outcome<Caller> identify(Context& context, const TokenIssuer& tokens, const RequestHead& head) {
  const std::string_view token = after_scheme(head.authorization, "Bearer ");
  if (!token.empty()) return identify_token(context, tokens, token, head.address);
  const std::string_view key =
      head.api_key.empty() ? after_scheme(head.authorization, "ApiKey ") : head.api_key;
  if (!key.empty()) return identify_key(context, key, head.address);
  if (!head.is_local) return unauthenticated("A token is needed");
  Caller local;
  local.role = Role::Admin;
  local.who = "local";
  local.address = head.address;
  local.is_local = true;
  return local;
}

bool is_still_welcome(Context& context, const Caller& caller) {
  if (!caller.key_id.empty()) {
    const auto key = context.store.api_keys().get(caller.key_id);
    return key && !has_expired(context, *key) && key->role >= caller.role;
  }
  if (caller.user_id.empty()) return caller.is_local;
  const auto user = find_user(context, caller.login_id, caller.user_id);
  return user && user->role >= caller.role;
}

}  // namespace sluice::admin
