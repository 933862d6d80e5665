#pragma once

#include <cstdint>

#include "base/time.h"
#include "broker/delivery.h"
#include "broker/output.h"
#include "broker/topic_aliases.h"

namespace sluice::broker {

/// What the encoding of a PUBLISH depends on besides the message: one receiver's protocol and
/// limits.
struct Receiver {
  mqtt::Version version = mqtt::Version::V311;
  std::uint32_t packet_size_max = mqtt::kLargestPacket;
  OutgoingAliases* aliases = nullptr;  // null: none allowed
};

enum class WriteResult : std::uint8_t {
  Written,
  TooLarge,  // the Client does not take packets of that size [MQTT5-3.1.2-24]; nothing was written
  NoRoom,    // send what is there, then try again
};

/// Encodes one delivery as PUBLISH, v5 3.3, at the end of `output`.
///
/// packet_id  0 at QoS 0
WriteResult write_publish(Output& output, const Delivery& delivery, std::uint16_t packet_id,
                          bool dup, const Receiver& receiver, Instant now);

}  // namespace sluice::broker
