#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "mqtt/codec/packets.h"
#include "mqtt/codec/property_reader.h"
#include "mqtt/codec/reader.h"

namespace sluice::mqtt {

/// What a property section belongs to: a packet of that type, or the Will inside CONNECT.
using PropertyOwner = std::uint32_t;  // one bit

constexpr PropertyOwner owner_of(PacketType type) {
  return 1U << static_cast<unsigned>(type);
}
inline constexpr PropertyOwner kWillOwner = 1U;  // no Packet Type is 0

enum class PropertyType : std::uint8_t {
  Undefined,
  Byte,
  TwoByteInteger,
  FourByteInteger,
  VariableByteInteger,
  String,
  Binary,
  Utf8StringPair,
};

/// One property as it was read. `number` for the integer types, the views for the others.
struct Property {
  PropertyId id{};
  std::uint32_t number = 0;
  ByteView first;    // the string, the binary data, or the name
  ByteView second;   // the value of a User Property
  ByteView encoded;  // identifier and value as they stand in the packet
};

/// Reads one property without asking whether it is allowed: the caller looks at `reader.failed()`.
/// An identifier that v5 does not define makes the reader fail.
Property read_property(Reader& reader);

/// Walks one property section and applies the rules of v5 2.2.2.2 that the table in properties.cc
/// holds: known, allowed in this packet, used once, value in range.
class PropertyCursor {
 public:
  /// Reads the Property Length and cuts the section out of `packet`.
  PropertyCursor(Reader& packet, PropertyOwner owner);

  bool at_end() const { return section_.at_end(); }

  /// The next property. Errors: MalformedPacket, ProtocolError.
  ReasonCode next(Property& out);

  /// Whether everything so far made sense; a section that leaves its packet does not.
  bool failed() const { return section_.failed() || packet_failed_; }

 private:
  Reader section_;
  PropertyOwner owner_;
  std::uint64_t seen_ = 0;  // a bit per identifier
  bool packet_failed_;
};

/// Reads Property Length and properties of any packet but PUBLISH. Success, MalformedPacket or
/// ProtocolError; Authentication Data without a method is a Protocol Error, v5 3.1.2.11.10.
ReasonCode read_properties(Reader& packet, PropertyOwner owner, Properties& out);

/// The same for a PUBLISH or a Will. `out.forwarded` may point at this thread's scratch.
ReasonCode read_publish_properties(Reader& packet, PropertyOwner owner, PublishProperties& out);

}  // namespace sluice::mqtt
