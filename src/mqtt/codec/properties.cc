#include "mqtt/codec/properties.h"

#include <array>
#include <cstddef>

namespace sluice::mqtt {
namespace {

enum class Values : std::uint8_t { Any, ZeroOrOne, NotZero, TopicName };

struct Rule {
  PropertyType type = PropertyType::Undefined;
  PropertyOwner owners = 0;
  PropertyOwner repeatable_in = 0;
  Values values = Values::Any;
};

constexpr PropertyOwner kConnect = owner_of(PacketType::Connect);
constexpr PropertyOwner kConnack = owner_of(PacketType::Connack);
constexpr PropertyOwner kPublish = owner_of(PacketType::Publish);
constexpr PropertyOwner kSubscribe = owner_of(PacketType::Subscribe);
constexpr PropertyOwner kDisconnect = owner_of(PacketType::Disconnect);
constexpr PropertyOwner kAuth = owner_of(PacketType::Auth);
constexpr PropertyOwner kMessage = kPublish | kWillOwner;
constexpr PropertyOwner kAnswers = kConnack | owner_of(PacketType::Puback) |
                                   owner_of(PacketType::Pubrec) | owner_of(PacketType::Pubrel) |
                                   owner_of(PacketType::Pubcomp) | owner_of(PacketType::Suback) |
                                   owner_of(PacketType::Unsuback) | kDisconnect | kAuth;
constexpr PropertyOwner kAll =
    kAnswers | kConnect | kMessage | kSubscribe | owner_of(PacketType::Unsubscribe);

constexpr std::size_t kPropertyIdMax = 0x2A;
using Rules = std::array<Rule, kPropertyIdMax + 1>;

/// v5 table 2-4, with the value ranges of the sections it points at.
constexpr Rules make_rules() {
  using enum PropertyId;
  using enum PropertyType;
  Rules rules{};
  const auto set = [&rules](PropertyId id, Rule rule) {
    rules[static_cast<std::size_t>(id)] = rule;
  };
  set(PayloadFormatIndicator, {Byte, kMessage, 0, Values::ZeroOrOne});
  set(MessageExpiryInterval, {FourByteInteger, kMessage});
  set(ContentType, {String, kMessage});
  set(ResponseTopic, {String, kMessage, 0, Values::TopicName});
  set(CorrelationData, {Binary, kMessage});
  set(SubscriptionIdentifier,
      {VariableByteInteger, kPublish | kSubscribe, kPublish, Values::NotZero});
  set(SessionExpiryInterval, {FourByteInteger, kConnect | kConnack | kDisconnect});
  set(AssignedClientIdentifier, {String, kConnack});
  set(ServerKeepAlive, {TwoByteInteger, kConnack});
  set(AuthenticationMethod, {String, kConnect | kConnack | kAuth});
  set(AuthenticationData, {Binary, kConnect | kConnack | kAuth});
  set(RequestProblemInformation, {Byte, kConnect, 0, Values::ZeroOrOne});
  set(WillDelayInterval, {FourByteInteger, kWillOwner});
  set(RequestResponseInformation, {Byte, kConnect, 0, Values::ZeroOrOne});
  set(ResponseInformation, {String, kConnack});
  set(ServerReference, {String, kConnack | kDisconnect});
  set(ReasonString, {String, kAnswers});
  set(ReceiveMaximum, {TwoByteInteger, kConnect | kConnack, 0, Values::NotZero});
  set(TopicAliasMaximum, {TwoByteInteger, kConnect | kConnack});
  set(TopicAlias, {TwoByteInteger, kPublish});
  set(MaximumQos, {Byte, kConnack, 0, Values::ZeroOrOne});
  set(RetainAvailable, {Byte, kConnack, 0, Values::ZeroOrOne});
  set(UserProperty, {Utf8StringPair, kAll, kAll});
  set(MaximumPacketSize, {FourByteInteger, kConnect | kConnack, 0, Values::NotZero});
  set(WildcardSubscriptionAvailable, {Byte, kConnack, 0, Values::ZeroOrOne});
  set(SubscriptionIdentifierAvailable, {Byte, kConnack, 0, Values::ZeroOrOne});
  set(SharedSubscriptionAvailable, {Byte, kConnack, 0, Values::ZeroOrOne});
  return rules;
}

constexpr Rules kRules = make_rules();
constexpr Rule kUndefined{};

/// Identifiers are Variable Byte Integers; all that exist take one byte, and an undefined byte,
/// also the first of several, is malformed either way.
const Rule& rule_of(PropertyId id) {
  const auto index = static_cast<std::size_t>(id);
  return index < kRules.size() ? kRules[index] : kUndefined;
}

bool is_in_range(Values values, const Property& property) {
  switch (values) {
    case Values::Any:
      return true;
    case Values::ZeroOrOne:
      return property.number <= 1;
    case Values::NotZero:
      return property.number != 0;
    case Values::TopicName:
      return !property.first.empty() && !has_wildcard_character(property.first);
  }
  return false;
}

void read_value(Reader& reader, PropertyType type, Property& out) {
  switch (type) {
    case PropertyType::Undefined:
      break;
    case PropertyType::Byte:
      out.number = reader.u8();
      break;
    case PropertyType::TwoByteInteger:
      out.number = reader.u16();
      break;
    case PropertyType::FourByteInteger:
      out.number = reader.u32();
      break;
    case PropertyType::VariableByteInteger:
      out.number = reader.variable_byte_integer();
      break;
    case PropertyType::String:
      out.first = reader.string();
      break;
    case PropertyType::Binary:
      out.first = reader.binary();
      break;
    case PropertyType::Utf8StringPair:
      out.first = reader.string();
      out.second = reader.string();
      break;
  }
}

}  // namespace

Property read_property(Reader& reader) {
  const char* const begin = reader.position();
  Property out;
  out.id = static_cast<PropertyId>(reader.u8());
  const PropertyType type = rule_of(out.id).type;
  if (type == PropertyType::Undefined) {
    reader.fail();
    return out;
  }
  read_value(reader, type, out);
  if (!reader.failed()) {
    out.encoded = ByteView(begin, static_cast<std::size_t>(reader.position() - begin));
  }
  return out;
}

PropertyCursor::PropertyCursor(Reader& packet, PropertyOwner owner)
    : section_(packet.bytes(packet.variable_byte_integer())),
      owner_(owner),
      packet_failed_(packet.failed()) {}

ReasonCode PropertyCursor::next(Property& out) {
  out = read_property(section_);
  if (section_.failed()) return ReasonCode::MalformedPacket;
  const Rule& rule = rule_of(out.id);
  if ((rule.owners & owner_) == 0) return ReasonCode::MalformedPacket;
  const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(out.id);
  const bool is_repeated = (seen_ & bit) != 0;
  seen_ |= bit;
  if (is_repeated && (rule.repeatable_in & owner_) == 0) return ReasonCode::ProtocolError;
  return is_in_range(rule.values, out) ? ReasonCode::Success : ReasonCode::ProtocolError;
}

}  // namespace sluice::mqtt
