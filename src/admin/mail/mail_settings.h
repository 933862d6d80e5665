#pragma once

#include <string>
#include <string_view>

#include "admin/http/api_error.h"
#include "admin/mail/mailbox.h"
#include "admin/mail/smtp.h"

namespace sluice::admin {

/// The settings `mail`, understood.
struct MailSettings {
  Mailbox from;
  MailServer server;  // an empty host: no mail is sent
};

/// json    as the store has it
/// errors  400, naming the member
Outcome<MailSettings> read_mail_settings(std::string_view json);

}  // namespace sluice::admin
