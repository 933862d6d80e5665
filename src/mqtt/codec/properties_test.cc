#include "mqtt/codec/properties.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "mqtt/codec/codec_testing.h"

namespace sluice::mqtt {
namespace {

using namespace testing;
using enum PropertyId;

// Every place a property section can stand in, named after its packet; Will is the one in CONNECT.
enum class Place {
  Connect,
  Will,
  Connack,
  Publish,
  Puback,
  Pubrec,
  Pubrel,
  Pubcomp,
  Subscribe,
  Suback,
  Unsubscribe,
  Unsuback,
  Disconnect,
  Auth,
};
constexpr Place kPlaces[] = {Place::Connect,    Place::Will,   Place::Connack,     Place::Publish,
                             Place::Puback,     Place::Pubrec, Place::Pubrel,      Place::Pubcomp,
                             Place::Subscribe,  Place::Suback, Place::Unsubscribe, Place::Unsuback,
                             Place::Disconnect, Place::Auth};

/// A packet that is right but for what `section` does to it.
std::string packet_with(Place place, const std::string& section) {
  const std::string ack = u16(1) + u8(0) + properties({section});
  switch (place) {
    case Place::Connect:
      return packet(0x10, {text("MQTT"), u8(5), u8(2), u16(0), properties({section}), text("c")});
    case Place::Will:
      return packet(0x10, {text("MQTT"), u8(5), u8(6), u16(0), properties({}), text("c"),
                           properties({section}), text("w"), text("x")});
    case Place::Connack:
      return packet(0x20, {u8(0), u8(0), properties({section})});
    case Place::Publish:
      return packet(0x30, {text("a"), properties({section})});
    case Place::Puback:
      return packet(0x40, {ack});
    case Place::Pubrec:
      return packet(0x50, {ack});
    case Place::Pubrel:
      return packet(0x62, {ack});
    case Place::Pubcomp:
      return packet(0x70, {ack});
    case Place::Subscribe:
      return packet(0x82, {u16(1), properties({section}), text("a"), u8(0)});
    case Place::Suback:
      return packet(0x90, {u16(1), properties({section}), u8(0)});
    case Place::Unsubscribe:
      return packet(0xA2, {u16(1), properties({section}), text("a")});
    case Place::Unsuback:
      return packet(0xB0, {u16(1), properties({section}), u8(0)});
    case Place::Disconnect:
      return packet(0xE0, {u8(0), properties({section})});
    case Place::Auth:
      return packet(0xF0, {u8(0x18), properties({section})});
  }
  SLUICE_UNREACHABLE();
}

ReasonCode reason_in(Place place, const std::string& section) {
  return reason_for(packet_with(place, section), Version::V5, /*from_server=*/true);
}

struct Case {
  std::string good;              // a value that is allowed
  std::set<Place> places;        // where the property may stand
  std::vector<std::string> bad;  // values that are Protocol Errors
};

/// The table of the specification (v5 2.2.2.2), by property.
const std::map<PropertyId, Case>& cases() {
  using enum Place;
  static const std::set<Place> message = {Publish, Will};
  static const std::set<Place> handshake = {Connect, Connack};
  static const std::set<Place> authentication = {Connect, Connack, Auth};
  static const std::set<Place> answers = {Connack, Puback,   Pubrec,     Pubrel, Pubcomp,
                                          Suback,  Unsuback, Disconnect, Auth};
  static const std::set<Place> everywhere(std::begin(kPlaces), std::end(kPlaces));
  static const std::vector<std::string> not_boolean = {u8(2), u8(255)};
  static const std::map<PropertyId, Case> all = {
      {PayloadFormatIndicator, {u8(1), message, not_boolean}},
      {MessageExpiryInterval, {u32(1), message, {}}},
      {ContentType, {text("t"), message, {}}},
      {ResponseTopic, {text("r"), message, {text(""), text("a/#"), text("+")}}},
      {CorrelationData, {text("\xFF"), message, {}}},
      {SubscriptionIdentifier, {vbi(268'435'455), {Publish, Subscribe}, {vbi(0)}}},
      {SessionExpiryInterval, {u32(0xFFFFFFFF), {Connect, Connack, Disconnect}, {}}},
      {AssignedClientIdentifier, {text("c"), {Connack}, {}}},
      {ServerKeepAlive, {u16(0), {Connack}, {}}},
      {AuthenticationMethod, {text("m"), authentication, {}}},
      {AuthenticationData, {text("\xFF"), authentication, {}}},
      {RequestProblemInformation, {u8(0), {Connect}, not_boolean}},
      {WillDelayInterval, {u32(0), {Will}, {}}},
      {RequestResponseInformation, {u8(1), {Connect}, not_boolean}},
      {ResponseInformation, {text("i"), {Connack}, {}}},
      {ServerReference, {text("s"), {Connack, Disconnect}, {}}},
      {ReasonString, {text("r"), answers, {}}},
      {ReceiveMaximum, {u16(65'535), handshake, {u16(0)}}},
      {TopicAliasMaximum, {u16(0), handshake, {}}},
      {TopicAlias, {u16(0), {Publish}, {}}},
      {MaximumQos, {u8(1), {Connack}, {u8(2)}}},
      {RetainAvailable, {u8(0), {Connack}, not_boolean}},
      {UserProperty, {text("k") + text("v"), everywhere, {}}},
      {MaximumPacketSize, {u32(1), handshake, {u32(0)}}},
      {WildcardSubscriptionAvailable, {u8(0), {Connack}, not_boolean}},
      {SubscriptionIdentifierAvailable, {u8(0), {Connack}, not_boolean}},
      {SharedSubscriptionAvailable, {u8(0), {Connack}, not_boolean}}};
  return all;
}

/// What has to stand beside a property to make the packet whole: AUTH always needs a method, and
/// Authentication Data does everywhere.
std::string companion(Place place, PropertyId id) {
  const bool needs_method = place == Place::Auth || id == AuthenticationData;
  if (!needs_method || id == AuthenticationMethod) return {};
  return property(AuthenticationMethod, text("m"));
}

TEST(Properties, AreAllowedWhereTheTableSaysAndNowhereElse) {
  for (const auto& [id, c] : cases()) {
    for (const Place place : kPlaces) {
      const bool is_allowed = c.places.contains(place);
      const std::string beside = is_allowed ? companion(place, id) : std::string();
      EXPECT_EQ(reason_in(place, property(id, c.good) + beside),
                is_allowed ? ReasonCode::Success : ReasonCode::MalformedPacket)
          << static_cast<int>(id) << " in " << static_cast<int>(place);
    }
  }
}

TEST(Properties, AreUsedOnceUnlessTheTableSaysOtherwise) {
  for (const auto& [id, c] : cases()) {
    for (const Place place : c.places) {
      const bool is_repeatable =
          id == UserProperty || (id == SubscriptionIdentifier && place == Place::Publish);
      const std::string twice = property(id, c.good) + property(id, c.good);
      EXPECT_EQ(reason_in(place, twice + companion(place, id)),
                is_repeatable ? ReasonCode::Success : ReasonCode::ProtocolError)
          << static_cast<int>(id) << " in " << static_cast<int>(place);
    }
  }
}

TEST(Properties, AreProtocolErrorsWithValuesOutOfRange) {
  for (const auto& [id, c] : cases()) {
    for (const Place place : c.places) {
      for (const std::string& bad : c.bad) {
        EXPECT_EQ(reason_in(place, property(id, bad) + companion(place, id)),
                  ReasonCode::ProtocolError)
            << static_cast<int>(id) << " in " << static_cast<int>(place);
      }
    }
  }
}

TEST(Properties, AreMalformedWhenCutShort) {
  for (const auto& [id, c] : cases()) {
    for (const Place place : c.places) {
      for (std::size_t size = 0; size < c.good.size(); ++size) {
        EXPECT_EQ(reason_in(place, property(id, c.good.substr(0, size))),
                  ReasonCode::MalformedPacket)
            << static_cast<int>(id) << " in " << static_cast<int>(place) << " at " << size;
      }
    }
  }
}

TEST(Properties, AreMalformedWithUnknownIdentifiers) {
  for (unsigned id = 0; id < 256; ++id) {
    if (cases().contains(static_cast<PropertyId>(id))) continue;
    for (const Place place : kPlaces) {
      EXPECT_EQ(reason_in(place, u8(id) + u32(0)), ReasonCode::MalformedPacket);
    }
  }
}

// [MQTT5-1.5.4-1], -2; [MQTT5-1.5.7-1]
TEST(Properties, HoldStringsWithoutSurrogatesAndNul) {
  using namespace std::string_literals;
  for (const std::string& bad : {"\xED\xA0\x80"s, "a\0"s}) {
    for (const PropertyId id : {ContentType, ResponseTopic}) {
      EXPECT_EQ(reason_in(Place::Publish, property(id, text(bad))), ReasonCode::MalformedPacket);
    }
    EXPECT_EQ(reason_in(Place::Publish, user_property(bad, "v")), ReasonCode::MalformedPacket);
    EXPECT_EQ(reason_in(Place::Publish, user_property("k", bad)), ReasonCode::MalformedPacket);
    EXPECT_EQ(reason_in(Place::Publish, property(CorrelationData, text(bad))), ReasonCode::Success);
  }
}

// [MQTT5-1.5.5-1]
TEST(Properties, HaveLengthsInTheShortestForm) {
  EXPECT_EQ(reason_for(packet(0x30, {text("a"), u8(0x80), u8(0x00)}), Version::V5),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_in(Place::Subscribe, property(SubscriptionIdentifier, u8(0x81) + u8(0x00))),
            ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_in(Place::Subscribe, property(SubscriptionIdentifier, "\xFF\xFF\xFF\xFF\x01")),
            ReasonCode::MalformedPacket);
}

TEST(Properties, AreMalformedWhenTheirLengthLeavesThePacket) {
  EXPECT_EQ(reason_for(packet(0x30, {text("a"), u8(1)}), Version::V5), ReasonCode::MalformedPacket);
  EXPECT_EQ(reason_for(packet(0xE0, {u8(0), u8(9), u8(0x1F)}), Version::V5),
            ReasonCode::MalformedPacket);
}

}  // namespace
}  // namespace sluice::mqtt
