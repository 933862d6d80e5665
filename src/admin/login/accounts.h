#pragma once

#include <string>

#include "admin/change.h"
#include "admin/login/lockout.h"
#include "admin/login/password_policy.h"
#include "admin/login/token_issuer.h"

namespace sluice::admin {

/// Logging in and out, and the passwords that it takes.
///
/// Each call that checks a password runs Argon2 on the admin thread, 30 ms; the lockout bounds how
/// often. Each is in the audit log, also when it fails.
class Accounts {
 public:
  Accounts(Context& context, TokenIssuer& tokens) : context_(context), tokens_(tokens) {}

  /// errors  401, the same for an unknown user and a wrong password; 401 with errorCode 15 and a
  ///         token that sets a new one; 429 while locked
  Outcome<TokenPair> log_in(const Caller& caller, const std::string& email,
                            const std::string& password);
  /// A refresh token is good once: the second use ends the login.
  Outcome<TokenPair> refresh(const Caller& caller, const std::string& refresh_token);
  /// Ends the login of the caller's token.
  Outcome<void> log_out(const Caller& caller);
  /// Ends all logins of the user but the new one.
  Outcome<TokenPair> change_password(const Caller& caller, const std::string& current,
                                     const std::string& next);
  /// A token pair for somebody else.
  Outcome<TokenPair> log_in_as(const Caller& caller, const std::string& user_id);

  /// Commits the change together with the tokens of a new login.
  Outcome<TokenPair> begin_login(Change& change, const entities::User& user);

  PasswordPolicy policy();
  /// errors  400: against the policy, or used before (of a user that is there)
  Outcome<void> check_password(const entities::User& user, const std::string& password);
  /// Sets a password that was checked, ends all logins of the user and the link that was mailed.
  Outcome<void> set_password(Change& change, entities::User& user, const std::string& password);

 private:
  Outcome<entities::User> authenticate(const Caller& caller, const std::string& email,
                                       const std::string& password);
  Outcome<void> check_lock(const Caller& caller, const std::string& account);
  void note_failure(const Caller& caller, const std::string& account, const std::string& action);
  Outcome<void> rehash(const entities::User& user, const std::string& password);
  Outcome<void> check_expiry(const entities::User& user, const std::string& password);

  Context& context_;
  TokenIssuer& tokens_;
  Lockout lockout_;
};

}  // namespace sluice::admin
