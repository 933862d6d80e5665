#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice {

/// RFC 4648: Standard with padding, as SCRAM has it, or Url without, as JOSE has it.
enum class Base64 { Standard, Url };

std::string to_base64(std::string_view bytes, Base64 alphabet);

/// The bytes. Nothing but the one text that `to_base64` makes of them is accepted: no other
/// padding, no white space, no bits that are lost.
std::optional<std::string> from_base64(std::string_view text, Base64 alphabet);

}  // namespace sluice
