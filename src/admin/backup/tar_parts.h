#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::admin {

inline constexpr std::size_t kTarBlock = 512;               // bytes
inline constexpr std::uint64_t kTarFileMax = 077777777777;  // bytes, what a header can say

/// The header of a regular file in a tar archive (POSIX.1-1988 ustar), which its bytes follow up to
/// a full block.
///
/// name     at most 100 bytes
/// changed  seconds since 1970
/// returns  kTarBlock bytes; nullopt: name or size are too long for it
std::optional<std::string> tar_header(std::string_view name, std::uint64_t size,
                                      std::int64_t changed);

/// Zeros behind a file of this size.
std::string tar_padding(std::uint64_t size);

/// What an archive ends with.
std::string tar_end();

}  // namespace sluice::admin
