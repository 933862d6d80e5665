#pragma once

#include <cstdint>

#include "mqtt/types.h"

namespace sluice::mqtt {

/// Whether v5 defines `code` for packets of that type, v5 2.4. DISCONNECT: sent by either side.
bool is_reason_code_of(PacketType type, std::uint8_t code);

}  // namespace sluice::mqtt
