#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::admin {

/// Bytes of the system's random generator. Ends the program if that fails: a guessable secret would
/// be worse.
std::string random_bytes(std::size_t count);

/// `count` random bytes as text for headers and URLs.
std::string random_text(std::size_t count);

std::string hmac_sha256(std::string_view key, std::string_view text);
/// 32 bytes: under what a secret with enough entropy of its own is kept.
std::string sha256(std::string_view text);

/// In a time that depends on the lengths only.
bool is_equal_secret(std::string_view a, std::string_view b);

}  // namespace sluice::admin
