#include "admin/login/accounts.h"

#include <algorithm>

#include "admin/login/password_hash.h"
#include "admin/login/password_history.h"
#include "admin/login/secrets.h"
#include "entities/uuid.h"

namespace sluice::admin {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1000;

Caller as_user(const Caller& caller, const std::string& email) {
  Caller named = caller;
  if (named.who.empty()) named.who = email;
  return named;
}

ChangedEntity entity_of(const entities::User& user) {
  return {"USER", user.id, user.email, "", ""};
}

}  // namespace

PasswordPolicy Accounts::policy() {
  const auto setting = context_.store.settings().get("securitySettings");
  return setting ? PasswordPolicy::from_json(setting->value) : PasswordPolicy();
}

Outcome<void> Accounts::check_lock(const Caller& caller, const std::string& account) {
  if (caller.is_local) return {};
  const auto wait =
      lockout_.wait(account, limit_key_of_address(caller.address), context_.clock.monotonic());
  if (!wait) return {};
  return too_many_requests("Too many failures, try again later",
                           std::max(std::chrono::ceil<seconds>(*wait), seconds{1}));
}

void Accounts::note_failure(const Caller& caller, const std::string& account,
                            const std::string& action) {
  if (!caller.is_local) {
    lockout_.failed(account, limit_key_of_address(caller.address), context_.clock.monotonic());
  }
  // Best effort: the answer is a refusal anyway, and a full disk must not make it another one.
  const Caller named = as_user(caller, account);
  auto change = Change::begin(context_, named);
  if (change && change->log(action, {"USER", "", account, "", ""}, "FAILURE")) {
    (void)change->commit();
  }
}

Outcome<entities::User> Accounts::authenticate(const Caller& caller, const std::string& email,
                                               const std::string& password) {
  const std::string account = limit_key_of_account(email);
  if (auto open = check_lock(caller, account); !open) return tl::unexpected(open.error());
  auto user = from_store(context_.store.users().find_by_email(account));
  if (!user) return tl::unexpected(user.error());
  PasswordMatch match = PasswordMatch::No;
  if (*user && (*user)->enabled && !(*user)->password_hash.empty()) {
    match = match_user_password(password, (*user)->password_hash);
  } else {
    match_nobody(password);
  }
  if (match == PasswordMatch::No) {
    note_failure(caller, account, "LOGIN");
    return unauthenticated("Invalid username or password");
  }
  lockout_.succeeded(account);
  if (match == PasswordMatch::YesButRehash) {
    if (auto done = rehash(**user, password); !done) return tl::unexpected(done.error());
  }
  return std::move(**user);
}

Outcome<void> Accounts::rehash(const entities::User& user, const std::string& password) {
  const auto hash = hash_user_password(password);
  if (!hash) return broken(hash.error().what);
  auto transaction = from_store(context_.store.begin());
  if (!transaction) return tl::unexpected(transaction.error());
  // It is the same password, so it keeps its age.
  auto set = from_store(
      context_.store.users().set_password(*transaction, user.id, *hash, user.password_changed));
  return set ? from_store(transaction->commit()) : set;
}

Outcome<void> Accounts::check_expiry(const entities::User& user, const std::string& password) {
  const PasswordPolicy rules = policy();
  const bool is_too_old = rules.expires_after_days > 0 &&
                          user.password_changed + rules.expires_after_days * kDay < context_.now();
  const bool is_against_policy =
      rules.resets_if_not_valid && find_password_fault(password, user.email, rules);
  if (!is_too_old && !is_against_policy) return {};
  return tl::unexpected(ApiError{401, ErrorCode::PasswordExpired,
                                 "The password has expired and has to be changed", std::nullopt,
                                 tokens_.make_reset_token(user)});
}

Outcome<TokenPair> Accounts::begin_login(Change& change, const entities::User& user) {
  auto pair = tokens_.issue(change.transaction(), user, entities::make_uuid());
  if (!pair) return pair;
  if (auto done = change.commit(); !done) return tl::unexpected(done.error());
  return pair;
}

Outcome<TokenPair> Accounts::log_in(const Caller& caller, const std::string& email,
                                    const std::string& password) {
  const auto user = authenticate(caller, email, password);
  if (!user) return tl::unexpected(user.error());
  if (auto fresh = check_expiry(*user, password); !fresh) return tl::unexpected(fresh.error());
  const Caller named = as_user(caller, user->email);
  auto change = Change::begin(context_, named);
  if (!change) return tl::unexpected(change.error());
  if (auto logged = change->log("LOGIN", entity_of(*user)); !logged) {
    return tl::unexpected(logged.error());
  }
  return begin_login(*change, *user);
}

Outcome<TokenPair> Accounts::refresh(const Caller& caller, const std::string& refresh_token) {
  using Redeemed = entities::RefreshTokens::Outcome;
  const auto claims = tokens_.read(refresh_token, TokenKind::Refresh);
  if (!claims && claims.error() == TokenProblem::Expired) {
    return tl::unexpected(ApiError{401, ErrorCode::TokenExpired, "The token has expired", {}, {}});
  }
  if (!claims) return unauthenticated("The refresh token is not valid");
  const Caller named = as_user(caller, claims->email);
  auto change = Change::begin(context_, named);
  if (!change) return tl::unexpected(change.error());
  const auto redeemed = from_store(
      context_.store.refresh_tokens().redeem(change->transaction(), claims->id, context_.now()));
  if (!redeemed) return tl::unexpected(redeemed.error());
  if (redeemed->outcome == Redeemed::Reused) {
    // Somebody has a copy: nobody knows who of the two is the owner, so both have to log in.
    auto logged = change->log("REFRESH", {"USER", claims->user_id, claims->email, "", ""},
                              "FAILURE: the token was used before, its login has ended");
    if (!logged) return tl::unexpected(logged.error());
    if (auto done = change->commit(); !done) return tl::unexpected(done.error());
  }
  if (redeemed->outcome != Redeemed::Good) return unauthenticated("The login has ended");
  const auto user = context_.store.users().get(redeemed->token.user_id);
  if (!user || !user->enabled) return unauthenticated("The account is not there any more");
  auto pair = tokens_.issue(change->transaction(), *user, redeemed->token.family);
  if (!pair) return pair;
  if (auto done = change->commit(); !done) return tl::unexpected(done.error());
  return pair;
}

Outcome<void> Accounts::log_out(const Caller& caller) {
  if (caller.login_id.empty()) return bad_request("Only the login of a user can be ended");
  auto change = Change::begin(context_, caller);
  if (!change) return tl::unexpected(change.error());
  auto revoked = from_store(
      context_.store.refresh_tokens().revoke_family(change->transaction(), caller.login_id));
  if (!revoked) return revoked;
  auto logged = change->log("LOGOUT", {"USER", caller.user_id, caller.who, "", ""});
  return logged ? change->commit() : logged;
}

Outcome<void> Accounts::check_password(const entities::User& user, const std::string& password) {
  const PasswordPolicy rules = policy();
  if (const auto fault = find_password_fault(password, user.email, rules)) {
    return bad_request(*fault);
  }
  const std::int64_t since = context_.now() - rules.reuse_after_days * kDay;
  if (rules.reuse_after_days > 0 && was_used_since(user.additional_info, password, since)) {
    return bad_request("The password was used before");
  }
  return {};
}

Outcome<void> Accounts::set_password(Change& change, entities::User& user,
                                     const std::string& password) {
  const auto hash = hash_user_password(password);
  if (!hash) return broken(hash.error().what);
  entities::Users& users = context_.store.users();
  user.additional_info = policy().reuse_after_days > 0
                             ? remember_password(user.additional_info, *hash, context_.now())
                             : without_password_history(user.additional_info);
  if (auto updated = from_store(users.update(change.transaction(), user)); !updated) return updated;
  auto set = from_store(users.set_password(change.transaction(), user.id, *hash, context_.now()));
  if (set)
    set = from_store(context_.store.password_links().remove_of(change.transaction(), user.id));
  return set ? change.log("CHANGE_PASSWORD", entity_of(user)) : set;
}

Outcome<TokenPair> Accounts::change_password(const Caller& caller, const std::string& current,
                                             const std::string& next) {
  if (caller.user_id.empty()) return bad_request("Only users have a password");
  auto user = authenticate(caller, caller.who, current);
  if (!user && user.error().status == 401) return bad_request("The current password is wrong");
  if (!user) return tl::unexpected(user.error());
  if (auto fine = check_password(*user, next); !fine) return tl::unexpected(fine.error());
  auto change = Change::begin(context_, caller);
  if (!change) return tl::unexpected(change.error());
  if (auto set = set_password(*change, *user, next); !set) return tl::unexpected(set.error());
  return begin_login(*change, *user);
}

Outcome<TokenPair> Accounts::log_in_as(const Caller& caller, const std::string& user_id) {
  const auto user = from_store(context_.store.users().get(user_id));
  if (!user) return tl::unexpected(user.error());
  if (!user->enabled) return bad_request("The account is disabled");
  auto change = Change::begin(context_, caller);
  if (!change) return tl::unexpected(change.error());
  if (auto logged = change->log("LOGIN_AS", entity_of(*user)); !logged) {
    return tl::unexpected(logged.error());
  }
  return begin_login(*change, *user);
}

}  // namespace sluice::admin
