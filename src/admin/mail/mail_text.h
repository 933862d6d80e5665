#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "admin/mail/mailbox.h"

namespace sluice::admin {

struct Mail {
  Mailbox from;
  Mailbox to;
  std::string subject;  // UTF-8
  std::string text;     // UTF-8, lines that end with "\n"
};

/// The mail as it is sent: RFC 5322 with CRLF, other than ASCII in headers as RFC 2047 has it, the
/// text in Base64.
///
/// now  milliseconds since 1970, for Date
/// id   text without spaces that no other mail has, for Message-ID
std::string to_wire(const Mail& mail, std::int64_t now, std::string_view id);

}  // namespace sluice::admin
