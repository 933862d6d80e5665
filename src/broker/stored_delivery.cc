#include "broker/stored_delivery.h"

#include <utility>

#include "broker/core.h"

namespace sluice::broker {

MessagePtr to_message(const Core& core, const StoredMessage& stored, PublisherId publisher) {
  return Message::make({stored.topic, stored.properties, stored.payload, stored.qos, stored.retain,
                        core.to_instant(stored.expires), publisher});
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
  return {message.topic(), message.properties(), message.payload(), message.qos(),
          message.retain(), core.to_wall(message.expires())};
}

}  // namespace sluice::broker
