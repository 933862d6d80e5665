#include "admin/login/password_reset.h"

#include "admin/login/secrets.h"
#include "admin/mail/mails.h"
#include "base/log.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr seconds kFullPause = std::chrono::minutes{1};

// In 15 minutes: mails that one mailbox gets, requests that one address makes.
const config::RateLimit kPerMailbox{{{3, 900}}};
const config::RateLimit kPerAddress{{{20, 900}}};

Caller as_user(const Caller& caller, const std::string& email) {
  Caller named = caller;
  if (named.who.empty()) named.who = email;
  return named;
}

}  // namespace

PasswordReset::PasswordReset(Context& context, Accounts& accounts, TokenIssuer& tokens,
                             Mailer& mailer)
    : context_(context),
      accounts_(accounts),
      tokens_(tokens),
      mailer_(mailer),
      by_mailbox_(kPerMailbox),
      by_address_(kPerAddress) {}

Outcome<void> PasswordReset::throttle(const Caller& caller, const std::string& email) {
  const Instant now = context_.clock.monotonic();
  auto wait = by_address_.take(limit_key_of_address(caller.address), now);
  if (!wait) wait = by_mailbox_.take(limit_key_of_account(email), now);
  if (wait) return too_many_requests("Too many requests for a new password", *wait);
  return {};
}

Outcome<void> PasswordReset::request(const Caller& caller, const std::string& email) {
  if (auto open = throttle(caller, email); !open) return open;
  if (!mailer_.has_room()) {
    return tl::unexpected(
        ApiError{503, ErrorCode::General, "Too many mails are waiting", kFullPause, {}});
  }
  const auto user = from_store(context_.store.users().find_by_email(email));
  if (!user) return tl::unexpected(user.error());
  const bool is_known = *user && (*user)->enabled;
  const std::string token = make_token();
  auto mail = write_reset_mail(context_, is_known ? (*user)->email : email, token);
  if (!mail) return tl::unexpected(mail.error());

  const Caller named = as_user(caller, email);
  auto change = Change::begin(context_, named);
  if (!change) return tl::unexpected(change.error());
  auto done =
      change->log("REQUEST_PASSWORD_RESET", {"USER", is_known ? (*user)->id : "", email, "", ""},
                  is_known ? "SUCCESS" : "FAILURE");
  if (done && is_known) done = keep(change->transaction(), (*user)->id, token, kResetLinkTtl);
  if (done) done = change->commit();
  if (done && is_known) mailer_.post(std::move(*mail), "password reset");
  return done;
}

std::string PasswordReset::make_token() {
  return random_text(kTokenBytes);
}

Outcome<void> PasswordReset::keep(entities::Transaction& transaction, const std::string& user_id,
                                  const std::string& token, seconds ttl) {
  return from_store(context_.store.password_links().put(
      transaction, {sha256(token), user_id, context_.now() + milliseconds(ttl).count()}));
}

Outcome<PasswordReset::Found> PasswordReset::find(const std::string& token) {
  const auto refused = unauthenticated("The reset token is not valid");
  const auto claims = tokens_.read(token, TokenKind::ResetPassword);
  const auto link = from_store(context_.store.password_links().find(sha256(token), context_.now()));
  if (!link) return tl::unexpected(link.error());
  if (!claims && !*link) return refused;
  const auto user = context_.store.users().get(claims ? claims->user_id : (*link)->user_id);
  if (!user || !user->enabled) return refused;
  if (claims && claims->id != reset_token_id(*user)) return refused;
  return Found{*user, link->has_value()};
}

bool PasswordReset::is_valid(const std::string& token) {
  return find(token).has_value();
}

Outcome<TokenPair> PasswordReset::reset(const Caller& caller, const std::string& token,
                                        const std::string& password) {
  auto found = find(token);
  if (!found) return tl::unexpected(found.error());
  entities::User& user = found->user;
  if (auto fine = accounts_.check_password(user, password); !fine) {
    return tl::unexpected(fine.error());
  }
  const Caller named = as_user(caller, user.email);
  auto change = Change::begin(context_, named);
  if (!change) return tl::unexpected(change.error());
  if (auto set = accounts_.set_password(*change, user, password); !set) {
    return tl::unexpected(set.error());
  }
  auto pair = accounts_.begin_login(*change, user);
  if (pair && found->is_mailed) tell_owner(user);
  return pair;
}

/// Best effort: the password is changed already.
void PasswordReset::tell_owner(const entities::User& user) {
  auto mail = write_password_changed_mail(context_, user.email);
  if (mail) return mailer_.post(std::move(*mail), "password changed");
  log::warning("a mail was not sent",
               {{"mail", "password changed"}, {"reason", mail.error().message}});
}

}  // namespace sluice::admin
