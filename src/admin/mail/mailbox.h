#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::admin {

/// Who writes or gets a mail. Made by `parse_mailbox` only, so that neither part can end a line of
/// the mail or an SMTP command.
struct Mailbox {
  std::string name;     // UTF-8 without control characters; empty: none
  std::string address;  // "ops@example.com"
};

/// Reads "ops@example.com" or "Sluice <ops@example.com>".
/// returns  nullopt: the address is none, or something holds a control character
std::optional<Mailbox> parse_mailbox(std::string_view text);

}  // namespace sluice::admin
