#pragma once

#include <cstddef>

#include "broker/delivery.h"
#include "broker/inspection.h"
#include "broker/message.h"

namespace sluice::broker {

struct Core;

/// payload_max  bytes of it that are shown
MessageFacts facts_of(const Core& core, const Message& message, std::size_t payload_max);
/// The same as its receiver will see it; of one that only awaits PUBCOMP nothing is left to show.
MessageFacts facts_of(const Core& core, const Delivery& delivery, std::size_t payload_max);

}  // namespace sluice::broker
