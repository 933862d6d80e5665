#include "admin/mail/mails.h"

#include "admin/http/fields.h"
#include "admin/login/secrets.h"
#include "admin/mail/mail_text.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kIdBytes = 16;

struct Words {
  std::string subject;
  std::string text;
};

Outcome<OutgoingMail> write(Context& context, const MailSettings& settings, const std::string& to,
                            const Words& words) {
  if (settings.server.host.empty()) {
    return bad_request("Mail is not set up: smtpHost of the settings 'mail' is empty");
  }
  const auto receiver = parse_mailbox(to);
  if (!receiver) return bad_request("'" + to + "' is no address that mails can be sent to");
  const Mail mail{settings.from, *receiver, words.subject, words.text};
  return OutgoingMail{settings.server, settings.from.address, receiver->address,
                      to_wire(mail, context.now(), random_text(kIdBytes))};
}

Outcome<OutgoingMail> write(Context& context, const std::string& to, const Words& words) {
  const auto stored = from_store(context.store.settings().get("mail"));
  if (!stored) return tl::unexpected(stored.error());
  const auto settings = read_mail_settings(stored->value);
  if (!settings) return tl::unexpected(settings.error());
  return write(context, *settings, to, words);
}

Outcome<std::string> base_url(Context& context) {
  const auto stored = from_store(context.store.settings().get("general"));
  if (!stored) return tl::unexpected(stored.error());
  const auto json = parse_json(stored->value);
  if (!json) return tl::unexpected(json.error());
  std::string url = Fields(*json).text("baseUrl");
  while (url.ends_with('/')) url.pop_back();
  const bool is_url = url.starts_with("http://") || url.starts_with("https://");
  if (!is_url || url.find_first_of(" \t\r\n<>\"") != std::string::npos) {
    return bad_request("baseUrl of the settings 'general' is no URL to make links of");
  }
  return url;
}

Outcome<std::string> link(Context& context, const std::string& token) {
  return base_url(context).map([&](const std::string& base) {
    return base + "/api/noauth/resetPassword?resetToken=" + token;
  });
}

std::string hours(seconds time) {
  const auto count = std::chrono::duration_cast<std::chrono::hours>(time).count();
  return count == 1 ? "one hour" : std::to_string(count) + " hours";
}

}  // namespace

Outcome<OutgoingMail> write_test_mail(Context& context, const MailSettings& settings,
                                      const std::string& to) {
  return write(context, settings, to,
               {"Test mail of Sluice",
                "This is the test mail that was asked for at the administration of Sluice.\n"
                "The settings of its mail server work.\n"});
}

Outcome<OutgoingMail> write_reset_mail(Context& context, const std::string& to,
                                       const std::string& token) {
  const auto url = link(context, token);
  if (!url) return tl::unexpected(url.error());
  return write(context, to,
               {"A new password for Sluice",
                "Somebody, you we hope, asked for a new password of the account " + to +
                    " at the administration of Sluice.\n\nSet it here, within " +
                    hours(kResetLinkTtl) + ":\n\n" + *url +
                    "\n\nThe link works once. If it was not you, do nothing: without the link "
                    "nothing changes.\n"});
}

Outcome<OutgoingMail> write_activation_mail(Context& context, const std::string& to,
                                            const std::string& token) {
  const auto url = link(context, token);
  if (!url) return tl::unexpected(url.error());
  return write(context, to,
               {"Your account at Sluice",
                "An account was made for " + to +
                    " at the administration of Sluice.\n\nSet its password here, within " +
                    hours(kActivationLinkTtl) + ":\n\n" + *url +
                    "\n\nThe link works once. After that time ask for a new password at the "
                    "login.\n"});
}

Outcome<OutgoingMail> write_password_changed_mail(Context& context, const std::string& to) {
  const auto url = base_url(context);
  if (!url) return tl::unexpected(url.error());
  return write(context, to,
               {"Your password for Sluice was changed",
                "The password of the account " + to +
                    " was set by the link of a mail, and all its logins have ended:\n\n" + *url +
                    "/login\n\nIf it was not you, tell the administrators.\n"});
}

tl::unexpected<ApiError> unable_to_send(const std::string& reason) {
  return tl::unexpected(
      ApiError{500, ErrorCode::General, "Unable to send mail: " + reason, {}, {}});
}

}  // namespace sluice::admin
