#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::admin {

/// Former passwords' hashes in a user's additional_info, under TBMQ's `userPasswordHistory`. At
/// most kPasswordHistoryMax, the newest.
inline constexpr std::size_t kPasswordHistoryMax = 10;

/// Whether `password` was set at `since` (milliseconds since 1970) or later. Takes the time of one
/// hash for each that is kept.
bool was_used_since(std::string_view additional_info, std::string_view password,
                    std::int64_t since);

/// additional_info with one hash more.
std::string remember_password(std::string_view additional_info, std::string_view hash,
                              std::int64_t now);

/// additional_info as it is shown: without the history.
std::string without_password_history(std::string_view additional_info);

}  // namespace sluice::admin
