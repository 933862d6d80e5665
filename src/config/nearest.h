#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sluice::config {

/// Insertions, deletions and replacements of one character that turn `a` into `b` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `wrong` was probably meant to be, or empty when none is near.
///
/// Letter case, `-` for `_`, the order of words (`max_packet_size`) and a missing or wrong section
/// in front of the last dot count little.
std::string nearest(std::string_view wrong, std::span<const std::string_view> candidates);

}  // namespace sluice::config
