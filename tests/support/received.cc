#include "support/received.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace sluice::conformance {

namespace {

constexpr std::array kNames{"?",         "CONNECT",  "CONNACK",     "PUBLISH",
                            "PUBACK",    "PUBREC",   "PUBREL",      "PUBCOMP",
                            "SUBSCRIBE", "SUBACK",   "UNSUBSCRIBE", "UNSUBACK",
                            "PINGREQ",   "PINGRESP", "DISCONNECT",  "AUTH"};

class Cursor {
 public:
  explicit Cursor(std::string_view in) : in_(in) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint16_t u16() {
    const unsigned high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16 | u16();
  }
  std::uint32_t variable() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
      const std::uint8_t byte = u8();
      value |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0)
          throw Surprise("Variable Byte Integer not in its shortest form");
        return value;
      }
    }
    throw Surprise("Variable Byte Integer of more than four bytes");
  }
  std::string text() {
    const std::size_t size = u16();
    return std::string(take(size));
  }
  std::string_view take(std::size_t size) {
    if (size > in_.size()) throw Surprise("packet of the Server ends too early");
    const std::string_view out = in_.substr(0, size);
    in_.remove_prefix(size);
    return out;
  }
  bool at_end() const { return in_.empty(); }
  std::size_t left() const { return in_.size(); }

 private:
  std::string_view in_;
};

struct PropertyRule {
  PropertyId id;
  char type;  // 1, 2, 4 bytes, v for variable, s for string or binary, p for pair
  std::vector<PacketType> packets;
};

/// v5 2.2.2.2, the packets that a Server sends.
const std::vector<PropertyRule>& property_rules() {
  using enum PropertyId;
  using enum PacketType;
  static const std::vector<PropertyRule> rules{
      {PayloadFormatIndicator, '1', {Publish}},
      {MessageExpiryInterval, '4', {Publish}},
      {ContentType, 's', {Publish}},
      {ResponseTopic, 's', {Publish}},
      {CorrelationData, 's', {Publish}},
      {SubscriptionIdentifier, 'v', {Publish}},
      {SessionExpiryInterval, '4', {Connack}},  // [MQTT5-3.14.2-2]
      {AssignedClientIdentifier, 's', {Connack}},
      {ServerKeepAlive, '2', {Connack}},
      {AuthenticationMethod, 's', {Connack, Auth}},
      {AuthenticationData, 's', {Connack, Auth}},
      {ResponseInformation, 's', {Connack}},
      {ServerReference, 's', {Connack, Disconnect}},
      {ReasonString,
       's',
       {Connack, Puback, Pubrec, Pubrel, Pubcomp, Suback, Unsuback, Disconnect, Auth}},
      {ReceiveMaximum, '2', {Connack}},
      {TopicAliasMaximum, '2', {Connack}},
      {TopicAlias, '2', {Publish}},
      {MaximumQos, '1', {Connack}},
      {RetainAvailable, '1', {Connack}},
      {UserProperty,
       'p',
       {Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Suback, Unsuback, Disconnect, Auth}},
      {MaximumPacketSize, '4', {Connack}},
      {WildcardSubscriptionAvailable, '1', {Connack}},
      {SubscriptionIdentifierAvailable, '1', {Connack}},
      {SharedSubscriptionAvailable, '1', {Connack}},
  };
  return rules;
}

bool may_repeat(PropertyId id) {
  return id == PropertyId::UserProperty || id == PropertyId::SubscriptionIdentifier;
}

void read_properties(Cursor& in, Received& out) {
  const std::size_t size = in.variable();
  Cursor section(in.take(size));
  while (!section.at_end()) {
    const auto id = static_cast<PropertyId>(section.variable());
    const auto rule = std::ranges::find(property_rules(), id, &PropertyRule::id);
    const std::string number = std::to_string(static_cast<unsigned>(id));
    if (rule == property_rules().end() || !std::ranges::count(rule->packets, out.type)) {
      throw Surprise(name_of(out.type) + " must not have property " + number);
    }
    if (out.has(id) && !may_repeat(id)) throw Surprise("property " + number + " is there twice");
    ReceivedProperty property{id, 0, {}, {}};
    switch (rule->type) {
      case '1':
        property.number = section.u8();
        break;
      case '2':
        property.number = section.u16();
        break;
      case '4':
        property.number = section.u32();
        break;
      case 'v':
        property.number = section.variable();
        break;
      case 's':
        property.value = section.text();
        break;
      default:
        property.name = section.text();
        property.value = section.text();
    }
    out.properties.push_back(std::move(property));
  }
}

/// v5 2.4, the codes a Server may send in that packet.
bool may_have(PacketType type, std::uint8_t code) {
  const auto in = [code](std::string_view digits) {
    return hex(digits).find(static_cast<char>(code)) != std::string::npos;
  };
  switch (type) {
    case PacketType::Connack:
      return in("00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F");
    case PacketType::Puback:
    case PacketType::Pubrec:
      return in("00 10 80 83 87 90 91 97 99");
    case PacketType::Pubrel:
    case PacketType::Pubcomp:
      return in("00 92");
    case PacketType::Suback:
      return in("00 01 02 80 83 87 8F 91 97 9E A1 A2");
    case PacketType::Unsuback:
      return in("00 11 80 83 87 8F 91");
    case PacketType::Disconnect:
      return in(
          "00 80 81 82 83 87 89 8B 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1 A2");
    case PacketType::Auth:
      return in("00 18");
    default:
      return true;
  }
}

void check_code(PacketType type, std::uint8_t code) {
  if (may_have(type, code)) return;
  throw Surprise(name_of(type) + " must not have Reason Code " + std::to_string(code));
}

void read_publish(Cursor& in, Received& out, std::uint8_t flags, Version version) {
  if ((flags & 6) == 6) throw Surprise("PUBLISH with QoS 3");
  out.dup = (flags & 8) != 0;
  out.qos = static_cast<Qos>(flags >> 1 & 3);
  out.retain = (flags & 1) != 0;
  out.topic = in.text();
  if (out.qos != Qos::AtMostOnce) {
    out.packet_id = in.u16();
    if (out.packet_id == 0) throw Surprise("PUBLISH with Packet Identifier 0");
  } else if (out.dup) {
    throw Surprise("PUBLISH of QoS 0 with DUP");
  }
  if (version == Version::V5) read_properties(in, out);
  out.payload = std::string(in.take(in.left()));
}

void read_connack(Cursor& in, Received& out, Version version) {
  const std::uint8_t flags = in.u8();
  if ((flags & 0xFE) != 0) throw Surprise("CONNACK with reserved flags");
  out.session_present = (flags & 1) != 0;
  out.code = in.u8();
  if (out.code != 0 && out.session_present) throw Surprise("CONNACK refuses with Session Present");
  if (version != Version::V5) return;
  check_code(out.type, out.code);
  read_properties(in, out);
}

/// Reason Code and properties, each of which may be left out.
void read_reason(Cursor& in, Received& out, Version version) {
  if (version != Version::V5 || in.at_end()) return;
  out.code = in.u8();
  check_code(out.type, out.code);
  if (!in.at_end()) read_properties(in, out);
}

void read_codes(Cursor& in, Received& out, Version version) {
  out.packet_id = in.u16();
  if (version == Version::V5) read_properties(in, out);
  while (!in.at_end()) {
    const std::uint8_t code = in.u8();
    if (version == Version::V5) {
      check_code(out.type, code);
    } else if (code > 2 && code != 0x80) {
      throw Surprise("SUBACK with an undefined Return Code");
    }
    out.codes.push_back(static_cast<ReasonCode>(code));
  }
}

}  // namespace

bool Received::has(PropertyId id) const {
  return std::ranges::find(properties, id, &ReceivedProperty::id) != properties.end();
}

std::uint32_t Received::number(PropertyId id, std::uint32_t absent) const {
  const auto found = std::ranges::find(properties, id, &ReceivedProperty::id);
  return found == properties.end() ? absent : found->number;
}

std::string Received::value(PropertyId id) const {
  const auto found = std::ranges::find(properties, id, &ReceivedProperty::id);
  return found == properties.end() ? std::string() : found->value;
}

std::vector<std::uint32_t> Received::numbers(PropertyId id) const {
  std::vector<std::uint32_t> out;
  for (const ReceivedProperty& property : properties) {
    if (property.id == id) out.push_back(property.number);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> Received::user_properties() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const ReceivedProperty& property : properties) {
    if (property.id == PropertyId::UserProperty) out.emplace_back(property.name, property.value);
  }
  return out;
}

Received take_apart(std::string_view bytes, Version version) {
  Cursor in(bytes);
  const std::uint8_t first = in.u8();
  in.variable();
  const auto flags = static_cast<std::uint8_t>(first & 0x0F);

  Received out;
  out.bytes = std::string(bytes);
  out.type = static_cast<PacketType>(first >> 4);
  const std::uint8_t wanted = out.type == PacketType::Pubrel ? 2 : 0;
  if (out.type != PacketType::Publish && flags != wanted) {
    throw Surprise(name_of(out.type) + " with wrong fixed header flags");
  }
  switch (out.type) {
    case PacketType::Connack:
      read_connack(in, out, version);
      break;
    case PacketType::Publish:
      read_publish(in, out, flags, version);
      break;
    case PacketType::Puback:
    case PacketType::Pubrec:
    case PacketType::Pubrel:
    case PacketType::Pubcomp:
      out.packet_id = in.u16();
      read_reason(in, out, version);
      break;
    case PacketType::Suback:
    case PacketType::Unsuback:
      read_codes(in, out, version);
      break;
    case PacketType::Pingresp:
      break;
    case PacketType::Disconnect:
    case PacketType::Auth:
      if (version != Version::V5)
        throw Surprise("v3 has no " + name_of(out.type) + " from a Server");
      read_reason(in, out, version);
      break;
    default:
      throw Surprise("a Server must not send " + name_of(out.type));
  }
  if (!in.at_end()) throw Surprise(name_of(out.type) + " with bytes left over");
  return out;
}

std::size_t packet_size(std::string_view bytes) {
  std::size_t length = 0;
  for (std::size_t i = 1; i < bytes.size() && i < 5; ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    length |= static_cast<std::size_t>(byte & 0x7F) << (7 * (i - 1));
    if (byte < 0x80) return 1 + i + length <= bytes.size() ? 1 + i + length : 0;
  }
  return 0;
}

std::string name_of(PacketType type) {
  return kNames.at(static_cast<std::size_t>(type));
}

std::string describe(const Received& packet) {
  std::ostringstream out;
  out << name_of(packet.type);
  if (packet.packet_id != 0) out << " id " << packet.packet_id;
  if (packet.type == PacketType::Publish) {
    out << " topic '" << packet.topic << "' payload '" << packet.payload.substr(0, 60) << "' qos "
        << static_cast<int>(packet.qos) << (packet.dup ? " dup" : "")
        << (packet.retain ? " retain" : "");
  } else {
    out << std::hex << " code 0x" << static_cast<int>(packet.code);
    for (const ReasonCode code : packet.codes) out << " 0x" << static_cast<int>(code);
  }
  if (packet.has(PropertyId::ReasonString))
    out << " '" << packet.value(PropertyId::ReasonString) << "'";
  return out.str();
}

}  // namespace sluice::conformance
