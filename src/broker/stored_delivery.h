#pragma once

#include "broker/delivery.h"
#include "broker/stored_records.h"

namespace sluice::broker {

struct Core;

/// The message as it was, made from what was read. Nobody asks who published it any more, unless
/// it is a retained one or has a mark, which says so.
MessagePtr to_message(const Core& core, const StoredMessage& stored, PublisherId publisher = 0);

Delivery to_delivery(const StoredDelivery& stored, MessagePtr message);

StoredMessage to_stored(const Core& core, const Message& message);

}  // namespace sluice::broker
