#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::providers {

/// What bcrypt looks at; of longer passwords it would ignore the rest.
inline constexpr std::size_t kPasswordBytesMax = 72;

/// More rounds would keep a thread busy for many seconds, also at the end of the process.
inline constexpr std::uint32_t kPasswordCostMax = 16;

/// bcrypt, "$2b$" with a random salt. Takes 2^cost rounds: 50 ms and more at the usual 10.
///
/// cost    4..kPasswordCostMax
/// errors  a password that is empty, has a NUL, or more than 72 bytes; a bad cost
Result<std::string> hash_password(std::string_view password, std::uint32_t cost);

/// Whether `password` is the one. Takes as long as the hash; false at once for a password that
/// `hash_password` refuses and for a hash that is not bcrypt's or costs more than kPasswordCostMax.
bool verify_password(std::string_view password, const std::string& hash);

/// Hashes that no password has, to spend the time of one: what somebody unknown is asked.
Result<std::string> make_unmatched_hash(std::uint32_t cost);

}  // namespace sluice::providers
