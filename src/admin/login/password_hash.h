#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::admin {

/// Longer passwords are refused before they cost anything.
inline constexpr std::size_t kPasswordBytesMax = 512;  // 128 characters of up to 4 bytes

/// Argon2id with 19 MiB, 2 passes, 1 lane, in its text form. Takes about 30 ms.
/// errors  no memory
Result<std::string> hash_user_password(std::string_view password);

enum class PasswordMatch : std::uint8_t {
  No,
  Yes,
  YesButRehash,  // an imported bcrypt hash, or Argon2id with other parameters
};

/// A hash that is empty, foreign or broken matches nothing.
PasswordMatch match_user_password(std::string_view password, const std::string& hash);

/// Takes as long as a wrong password does, so that the time does not tell who exists.
void match_nobody(std::string_view password);

}  // namespace sluice::admin
