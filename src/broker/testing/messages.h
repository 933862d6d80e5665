#pragma once

#include <string>

#include "broker/delivery.h"

// For tests: messages and deliveries in one line.

namespace sluice::broker::testing {

inline MessagePtr message(const std::string& payload, const std::string& topic = "t",
                          mqtt::Qos qos = mqtt::Qos::AtLeastOnce) {
  MessageParts parts;
  parts.topic = topic;
  parts.payload = payload;
  parts.qos = qos;
  return Message::make(parts);
}

inline Delivery delivery(const std::string& payload, mqtt::Qos qos = mqtt::Qos::AtLeastOnce) {
  Delivery made;
  made.message = message(payload);
  made.qos = qos;
  return made;
}

}  // namespace sluice::broker::testing
