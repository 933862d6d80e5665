#pragma once

#include <string>
#include <string_view>

namespace sluice::entities {

/// Stands for a secret in what is shown; sent back it means "as it was".
inline constexpr std::string_view kMask = "********";

/// `json` with a mask in place of each secret that is not empty: texts named password, secret,
/// privateKey and the like anywhere, and headers that carry a login. A text that is no JSON is
/// returned as one mask.
std::string mask_secrets(std::string_view json);

/// `json` with each mask replaced by what `before` has in the same place (nothing there: empty).
/// Neither is checked: a text that is no JSON is returned as it is.
std::string restore_secrets(std::string_view json, std::string_view before);

}  // namespace sluice::entities
