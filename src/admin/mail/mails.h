#pragma once

#include <string>

#include "admin/context.h"
#include "admin/mail/mail_settings.h"
#include "admin/mail/smtp.h"
#include "base/time.h"

namespace sluice::admin {

/// How long the links hold.
inline constexpr seconds kResetLinkTtl = std::chrono::hours{1};
inline constexpr seconds kActivationLinkTtl = std::chrono::hours{24};

// What the administration writes to its users. Links begin with `general.baseUrl`, never with the
// Host of a request, which the one who asks can choose.
//
// errors  400: no mail server is set up, `to` is no address for mails, the base URL is none

/// By settings that need not be saved.
Outcome<OutgoingMail> write_test_mail(Context& context, const MailSettings& settings,
                                      const std::string& to);
Outcome<OutgoingMail> write_reset_mail(Context& context, const std::string& to,
                                       const std::string& token);
Outcome<OutgoingMail> write_activation_mail(Context& context, const std::string& to,
                                            const std::string& token);
Outcome<OutgoingMail> write_password_changed_mail(Context& context, const std::string& to);

/// As TBMQ says that the server did not take a mail.
tl::unexpected<ApiError> unable_to_send(const std::string& reason);

}  // namespace sluice::admin
