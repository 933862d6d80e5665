#include "broker/stored_delivery.h"

#include <utility>

#include "broker/core.h"

namespace sluice::broker {

MessagePtr to_message(const Core& core, const StoredMessage& stored, PublisherId publisher) {
  MessageParts parts{stored.topic, stored.properties, stored.payload,
                     stored.qos,   stored.retain,     core.to_instant(stored.expires),
                     publisher};
  const TraceMark& mark = stored.trace_mark;
  if (mark.number != 0) {
    parts.publisher = mark.publisher;
    parts.number = mark.number;
    // A trace may have begun since.
    parts.is_traced = mark.is_traced || core.observer.tracer().is_of_traced_topic(stored.topic);
  }
  return Message::make(parts);
}

Delivery to_delivery(const StoredDelivery& stored, MessagePtr message) {
  Delivery delivery;
  delivery.message = std::move(message);
  delivery.sequence = stored.sequence;
  delivery.qos = stored.qos;
  delivery.retain = stored.retain;
  const auto& ids = stored.subscription_ids;
  if (!ids.empty()) delivery.set_subscription_id(ids.front());
  if (ids.size() > 1) {
    delivery.more_subscription_ids =
        std::make_unique<std::vector<std::uint32_t>>(ids.begin() + 1, ids.end());
  }
  return delivery;
}

StoredMessage to_stored(const Core& core, const Message& message) {
  StoredMessage stored{message.topic(), message.properties(), message.payload(),
                       message.qos(),   message.retain(),     core.to_wall(message.expires())};
  if (message.number() != 0) {
    stored.trace_mark = {message.publisher(), message.number(), message.is_traced()};
  }
  return stored;
}

}  // namespace sluice::broker
