#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/message.h"
#include "broker/stored_records.h"
#include "mqtt/codec/packets.h"

namespace sluice::broker {

/// A Will Message kept with its Session until it is published or deleted, v5 3.1.2.5.
struct Will {
  std::string topic;
  std::string properties;  // forwarded section
  std::string payload;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  std::uint32_t delay = 0;                       // seconds
  std::optional<std::uint32_t> expiry_interval;  // seconds, counted from when it is published
  Instant due = kNever;                          // set when its connection has ended
  std::uint64_t number = 0;                      // of its row in the store

  explicit Will(const mqtt::WillPacketPart& part)
      : topic(part.topic),
        properties(part.properties.forwarded),
        payload(part.payload),
        qos(part.qos),
        retain(part.retain),
        delay(part.properties.will_delay_interval.value_or(0)),
        expiry_interval(part.properties.message_expiry_interval) {}

  explicit Will(const WillRow& row)
      : topic(row.message.topic),
        properties(row.message.properties),
        payload(row.message.payload),
        qos(row.message.qos),
        retain(row.message.retain),
        delay(row.delay),
        expiry_interval(row.expiry_interval) {}

  WillRow to_row(PublisherId publisher) const {
    return {{topic, properties, payload, qos, retain}, publisher, delay, expiry_interval};
  }

  /// Views of this Will.
  MessageParts to_parts(PublisherId publisher, Instant now) const {
    MessageParts parts{topic, properties, payload, qos, retain, kNever, publisher};
    if (expiry_interval) parts.expires = now + seconds(*expiry_interval);
    return parts;
  }
};

}  // namespace sluice::broker
