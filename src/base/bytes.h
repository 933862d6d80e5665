#pragma once

#include <string_view>

namespace sluice {

/// Bytes owned by somebody else, valid for the duration of one call unless the callee says otherwise.
using ByteView = std::string_view;

}  // namespace sluice
