#pragma once

#include <string>

#include "admin/http/throttle.h"
#include "admin/login/accounts.h"
#include "admin/mail/mailer.h"

namespace sluice::admin {

/// New passwords for those who have none, have lost theirs, or whose is too old: by the token of a
/// mailed link, or by the one that came with a refused login.
///
/// A mailed token has 256 random bits, is kept as its SHA-256, works once and holds as long as
/// mails.h says; a new one, another password and another e-mail address end it.
class PasswordReset {
 public:
  PasswordReset(Context& context, Accounts& accounts, TokenIssuer& tokens, Mailer& mailer);

  /// Mails a link, if a user has that address. Whether one has is not to be told from the answer,
  /// nor from its time: nobody waits for the mail, and the audit log gets a row either way.
  /// errors  429: kPerMailbox or kPerAddress; 400: mail cannot be written, see mails.h; 503: too
  ///         many mails wait
  Outcome<void> request(const Caller& caller, const std::string& email);

  /// Whether `reset` would take the token.
  bool is_valid(const std::string& token);

  /// Sets the password, ends all logins, begins a new one. Who came by a mail is told by mail.
  /// errors  401: no such token (any more); 400: the password is against the policy
  Outcome<TokenPair> reset(const Caller& caller, const std::string& token,
                           const std::string& password);

  /// A fresh token for a link.
  static std::string make_token();
  /// Keeps it for `user_id`, in place of the one before.
  Outcome<void> keep(entities::Transaction& transaction, const std::string& user_id,
                     const std::string& token, seconds ttl);

 private:
  struct Found {
    entities::User user;
    bool is_mailed = false;
  };
  Outcome<Found> find(const std::string& token);
  Outcome<void> throttle(const Caller& caller, const std::string& email);
  void tell_owner(const entities::User& user);

  Context& context_;
  Accounts& accounts_;
  TokenIssuer& tokens_;
  Mailer& mailer_;
  Throttle by_mailbox_;
  Throttle by_address_;
};

}  // namespace sluice::admin
