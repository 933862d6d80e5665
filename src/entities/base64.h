#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::entities {

/// Base64 with padding, RFC 4648 section 4.
std::string encode_base64(std::string_view bytes);
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace sluice::entities
