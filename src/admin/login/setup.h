#pragma once

#include <optional>
#include <string>

#include "admin/login/accounts.h"

namespace sluice::admin {

/// How the first administrator comes to be: there is no password that everybody knows.
class Setup {
 public:
  Setup(Context& context, Accounts& accounts) : context_(context), accounts_(accounts) {}

  /// At the start. Where there is no user yet, makes the administrator of `admin.password_file`, or
  /// a token that lets somebody make one within an hour.
  /// returns  the token, which nobody can learn later; nullopt: there is nothing to set up
  /// errors   the password file cannot be read, its password is against the rules
  Outcome<std::optional<std::string>> prepare();

  /// errors  401: not the token, or too late; 400: the e-mail address or the password
  Outcome<TokenPair> set_up(const Caller& caller, const std::string& token,
                            const std::string& email, const std::string& password);

 private:
  Outcome<entities::User> create(Change& change, const std::string& email,
                                 const std::string& password);
  Outcome<void> create_from_file();
  Outcome<std::string> make_token();

  Context& context_;
  Accounts& accounts_;
};

}  // namespace sluice::admin
