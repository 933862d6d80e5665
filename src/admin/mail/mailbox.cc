#include "admin/mail/mailbox.h"

#include <algorithm>

namespace sluice::admin {
namespace {

constexpr std::size_t kAddressMax = 254;  // bytes, RFC 5321 4.5.3.1.3
constexpr std::size_t kNameMax = 200;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.size() <= kAddressMax &&
         text.find_first_of(" ,;<>()[]\"\\") == std::string_view::npos &&
         std::ranges::none_of(text, is_control);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  text = trimmed(text);
  Mailbox mailbox;
  if (text.ends_with('>')) {
    const std::size_t open = text.find('<');
    if (open == std::string_view::npos) return std::nullopt;
    std::string_view name = trimmed(text.substr(0, open));
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
      name = name.substr(1, name.size() - 2);
    }
    if (name.size() > kNameMax || std::ranges::any_of(name, is_control)) return std::nullopt;
    mailbox.name = name;
    text = text.substr(open + 1, text.size() - open - 2);
  }
  if (!is_address(text)) return std::nullopt;
  mailbox.address = text;
  return mailbox;
}

}  // namespace sluice::admin
