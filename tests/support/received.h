#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/packets.h"

namespace sluice::conformance {

/// The expectation of a test that did not come true. Thrown, so that a test stops at its first
/// surprise instead of waiting for packets that no longer make sense; GoogleTest reports it.
struct Surprise : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ReceivedProperty {
  PropertyId id;
  std::uint32_t number = 0;
  std::string value;
  std::string name;  // of a User Property
};

/// A packet from the Server, taken apart. Fields that its type does not have keep their defaults.
struct Received {
  PacketType type{};
  std::string bytes;  // the whole packet
  PacketId packet_id = 0;
  bool dup = false;
  bool retain = false;
  bool session_present = false;
  Qos qos = Qos::AtMostOnce;
  std::uint8_t code = 0;  // Reason Code; Return Code of a v3 CONNACK
  std::vector<ReasonCode> codes;
  std::string topic;
  std::string payload;
  std::vector<ReceivedProperty> properties;

  ReasonCode reason() const { return static_cast<ReasonCode>(code); }
  bool has(PropertyId id) const;
  /// The number of the first such property, or `absent`.
  std::uint32_t number(PropertyId id, std::uint32_t absent = 0) const;
  /// The value of the first such property, empty when absent.
  std::string value(PropertyId id) const;
  std::vector<std::uint32_t> numbers(PropertyId id) const;
  std::vector<std::pair<std::string, std::string>> user_properties() const;
};

/// Takes a packet of a Server apart and checks what holds for each packet a Server ever sends:
/// fixed header flags, a Reason Code its type may have, properties its type may have, nothing left
/// over. Throws Surprise. `bytes` is one whole packet.
Received take_apart(std::string_view bytes, Version version);

/// Length of the packet at the front of `bytes`, or 0 when it is not all there yet.
std::size_t packet_size(std::string_view bytes);

std::string describe(const Received& packet);
std::string name_of(PacketType type);

}  // namespace sluice::conformance
