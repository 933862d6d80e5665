#include "broker/message_facts.h"

#include "broker/core.h"
#include "mqtt/codec/property_reader.h"

namespace sluice::broker {

MessageFacts facts_of(const Core& core, const Message& message, std::size_t payload_max) {
  MessageFacts facts;
  facts.topic = message.topic();
  facts.payload = message.payload().substr(0, payload_max);
  facts.payload_bytes = message.payload().size();
  facts.qos = message.qos();
  facts.retain = message.retain();
  if (message.expires() != kNever) facts.expires_at = core.to_wall(message.expires());
  mqtt::for_each_property(
      message.properties(), [&](mqtt::PropertyId id, ByteView value, ByteView more) {
        if (id == mqtt::PropertyId::ContentType) facts.content_type = value;
        if (id == mqtt::PropertyId::ResponseTopic) facts.response_topic = value;
        if (id == mqtt::PropertyId::UserProperty) {
          facts.user_properties.push_back({std::string(value), std::string(more)});
        }
      });
  return facts;
}

MessageFacts facts_of(const Core& core, const Delivery& delivery, std::size_t payload_max) {
  MessageFacts facts;
  if (delivery.message) facts = facts_of(core, *delivery.message, payload_max);
  facts.qos = delivery.qos;
  facts.retain = delivery.retain;
  return facts;
}

}  // namespace sluice::broker
