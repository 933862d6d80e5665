#include "support/packets.h"

namespace sluice::conformance {

namespace {

char octet(unsigned value) {
  return static_cast<char>(static_cast<unsigned char>(value));
}

unsigned digit(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

unsigned bits(Qos qos) {
  return static_cast<unsigned>(qos);
}

std::string properties_of(const PropertySection& properties, Version version) {
  return version == Version::V5 ? properties.encode() : std::string();
}

}  // namespace

std::string hex(std::string_view digits) {
  std::string out;
  std::optional<unsigned> high;
  for (const char c : digits) {
    if (c == ' ') continue;
    if (!high) {
      high = digit(c);
      continue;
    }
    out += octet(*high << 4 | digit(c));
    high.reset();
  }
  return out;
}

std::string two_bytes(std::uint32_t value) {
  return {octet(value >> 8 & 0xFF), octet(value & 0xFF)};
}

std::string four_bytes(std::uint32_t value) {
  return two_bytes(value >> 16) + two_bytes(value);
}

std::string variable_byte_integer(std::uint32_t value) {
  std::string out;
  do {
    const unsigned low = value & 0x7F;
    value >>= 7;
    out += octet(value > 0 ? low | 0x80 : low);
  } while (value > 0);
  return out;
}

std::string text(std::string_view bytes) {
  return two_bytes(static_cast<std::uint32_t>(bytes.size())) + std::string(bytes);
}

std::string frame(unsigned first_byte, std::string_view body) {
  return octet(first_byte) + variable_byte_integer(static_cast<std::uint32_t>(body.size())) +
         std::string(body);
}

void PropertySection::add(PropertyId id, std::uint32_t number) {
  bytes_ += octet(static_cast<unsigned>(id));
  switch (id) {
    case PropertyId::MessageExpiryInterval:
    case PropertyId::SessionExpiryInterval:
    case PropertyId::WillDelayInterval:
    case PropertyId::MaximumPacketSize:
      bytes_ += four_bytes(number);
      break;
    case PropertyId::ReceiveMaximum:
    case PropertyId::TopicAliasMaximum:
    case PropertyId::TopicAlias:
    case PropertyId::ServerKeepAlive:
      bytes_ += two_bytes(number);
      break;
    case PropertyId::SubscriptionIdentifier:
      bytes_ += variable_byte_integer(number);
      break;
    default:
      bytes_ += octet(number);
  }
}

void PropertySection::add(PropertyId id, std::string_view value) {
  bytes_ += octet(static_cast<unsigned>(id));
  bytes_ += text(value);
}

void PropertySection::add_user(std::string_view name, std::string_view value) {
  bytes_ += octet(static_cast<unsigned>(PropertyId::UserProperty));
  bytes_ += text(name);
  bytes_ += text(value);
}

std::string PropertySection::encode() const {
  return variable_byte_integer(static_cast<std::uint32_t>(bytes_.size())) + bytes_;
}

unsigned Will::flags() const {
  return 0x04 | bits(qos_) << 3 | (retain_ ? 0x20U : 0U);
}

std::string Will::encode(Version version) const {
  return properties_of(properties_, version) + text(topic_) + text(payload_);
}

unsigned Connect::natural_flags() const {
  return (clean_start_ ? 0x02U : 0U) | (will_ ? will_->flags() : 0U) | (user_name_ ? 0x80U : 0U) |
         (password_ ? 0x40U : 0U);
}

std::string Connect::encode(Version) const {
  const std::string name = protocol_name_.value_or(version_ == Version::V31 ? "MQIsdp" : "MQTT");
  std::string body = text(name);
  body += octet(protocol_level_.value_or(static_cast<unsigned>(version_)));
  body += octet(flags_.value_or(natural_flags()));
  body += two_bytes(keep_alive_);
  body += properties_of(properties_, version_);
  body += text(client_id_);
  if (will_) body += will_->encode(version_);
  if (user_name_) body += text(*user_name_);
  if (password_) body += text(*password_);
  return frame(0x10, body);
}

std::string Publish::encode(Version version) const {
  const unsigned flags = (dup_ ? 8U : 0U) | bits(qos_) << 1 | (retain_ ? 1U : 0U);
  std::string body = text(topic_);
  if (qos_ != Qos::AtMostOnce) body += two_bytes(packet_id_);
  body += properties_of(properties_, version);
  return frame(0x30 | flags, body + payload_);
}

std::string Subscribe::encode(Version version) const {
  std::string body = two_bytes(packet_id_) + properties_of(properties_, version);
  for (const Filter& filter : filters_) {
    const unsigned options = bits(filter.qos) | (filter.no_local ? 4U : 0U) |
                             (filter.retain_as_published ? 8U : 0U) |
                             static_cast<unsigned>(filter.retain_handling) << 4;
    body += text(filter.filter);
    body += octet(version == Version::V5 ? options : bits(filter.qos));
  }
  return frame(0x82, body);
}

std::string Unsubscribe::encode(Version version) const {
  std::string body = two_bytes(packet_id_) + properties_of(properties_, version);
  for (const std::string& filter : filters_) body += text(filter);
  return frame(0xA2, body);
}

std::string Ack::encode(Version version) const {
  const unsigned flags = type_ == PacketType::Pubrel ? 2 : 0;
  std::string body = two_bytes(packet_id_);
  if (version == Version::V5 && (reason_ != ReasonCode::Success || !properties_.empty())) {
    body += octet(static_cast<unsigned>(reason_));
    if (!properties_.empty()) body += properties_.encode();
  }
  return frame(static_cast<unsigned>(type_) << 4 | flags, body);
}

std::string Signal::encode(Version version) const {
  std::string body;
  if (version == Version::V5 && (reason_ != ReasonCode::Success || !properties_.empty())) {
    body += octet(static_cast<unsigned>(reason_));
    if (!properties_.empty()) body += properties_.encode();
  }
  return frame(static_cast<unsigned>(type_) << 4, body);
}

}  // namespace sluice::conformance
