#pragma once

#include <cstddef>

#include "broker/inspection.h"
#include "broker/message.h"

namespace sluice::broker {

struct Core;

/// payload_max  bytes of it that are shown
MessageFacts facts_of(const Core& core, const Message& message, std::size_t payload_max);

}  // namespace sluice::broker
