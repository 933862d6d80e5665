#pragma once

#include <cstdint>
#include <optional>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "mqtt/types.h"

namespace sluice::mqtt {

// The packets as values. Views point into the bytes they were decoded from, or, for encoding, into
// bytes of the caller: they do not outlive the call that was given the packet.

using StringPair = std::pair<ByteView, ByteView>;

/// Properties of every packet but PUBLISH and the Will, v5 2.2.2. Which may be set where is the
/// decoder's business: it refuses a property that its packet may not have.
struct Properties {
  std::optional<std::uint32_t> session_expiry_interval;  // seconds
  std::optional<std::uint16_t> receive_maximum;          // 1..65'535
  std::optional<std::uint32_t> maximum_packet_size;      // bytes, 1..
  std::optional<std::uint16_t> topic_alias_maximum;
  std::optional<std::uint8_t> maximum_qos;  // 0 or 1
  std::optional<bool> retain_available;
  std::optional<bool> wildcard_subscription_available;
  std::optional<bool> subscription_identifier_available;
  std::optional<bool> shared_subscription_available;
  std::optional<bool> request_response_information;
  std::optional<bool> request_problem_information;
  std::optional<std::uint16_t> server_keep_alive;        // seconds
  std::optional<std::uint32_t> subscription_identifier;  // SUBSCRIBE: 1..268'435'455
  std::optional<ByteView> assigned_client_identifier;
  std::optional<ByteView> response_information;
  std::optional<ByteView> server_reference;
  std::optional<ByteView> reason_string;
  std::optional<ByteView> authentication_method;
  std::optional<ByteView> authentication_data;
  std::vector<StringPair> user_properties;  // in order

  bool operator==(const Properties&) const = default;
};

/// Properties of a PUBLISH or a Will, v5 3.3.2.3 and 3.1.3.2.
///
/// `forwarded` is what a Server passes on unchanged and in order, still encoded: Payload Format
/// Indicator, Content Type, Response Topic, Correlation Data and User Properties. The decoder
/// checked them; `for_each_property` (property_reader.h) walks them. The rest was taken out.
struct PublishProperties {
  std::optional<std::uint32_t> message_expiry_interval;  // seconds
  std::optional<std::uint16_t> topic_alias;              // 0 is decoded, the connection refuses it
  std::optional<std::uint32_t> will_delay_interval;      // seconds, Will only
  bool payload_is_utf8 = false;                          // Payload Format Indicator 1
  std::uint16_t user_property_count = 0;                 // saturates
  std::vector<std::uint32_t> subscription_identifiers;   // Server to Client only
  /// Points at the packet when nothing had to be taken out, else at bytes the decoder's scratch
  /// holds until its next call.
  ByteView forwarded;

  bool operator==(const PublishProperties&) const = default;
};

struct WillPacketPart {
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  ByteView topic;
  ByteView payload;
  PublishProperties properties;

  bool operator==(const WillPacketPart&) const = default;
};

struct ConnectPacket {
  Version version = Version::V5;
  bool clean_start = true;       // Clean Session in v3
  std::uint16_t keep_alive = 0;  // seconds, 0 is off
  ByteView client_id;
  std::optional<WillPacketPart> will;
  std::optional<ByteView> user_name;
  std::optional<ByteView> password;
  Properties properties;

  bool operator==(const ConnectPacket&) const = default;
};

struct ConnackPacket {
  bool session_present = false;
  std::uint8_t code = 0;  // ReasonCode in v5, ConnectReturnCode in v3
  Properties properties;

  bool operator==(const ConnackPacket&) const = default;
};

struct PublishPacket {
  bool dup = false;
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  std::uint16_t packet_id = 0;  // 0 at QoS 0
  ByteView topic;               // empty only with a Topic Alias
  ByteView payload;
  PublishProperties properties;

  bool operator==(const PublishPacket&) const = default;
};

/// PUBACK, PUBREC, PUBREL and PUBCOMP.
struct AckPacket {
  PacketType type = PacketType::Puback;
  std::uint16_t packet_id = 0;
  ReasonCode reason = ReasonCode::Success;
  Properties properties;

  bool operator==(const AckPacket&) const = default;
};

struct SubscriptionRequest {
  ByteView filter;
  Qos maximum_qos = Qos::AtMostOnce;
  bool no_local = false;
  bool retain_as_published = false;
  RetainHandling retain_handling = RetainHandling::SendAlways;

  bool operator==(const SubscriptionRequest&) const = default;
};

struct SubscribePacket {
  std::uint16_t packet_id = 0;
  std::vector<SubscriptionRequest> subscriptions;  // at least one
  Properties properties;

  bool operator==(const SubscribePacket&) const = default;
};

struct UnsubscribePacket {
  std::uint16_t packet_id = 0;
  std::vector<ByteView> filters;  // at least one
  Properties properties;

  bool operator==(const UnsubscribePacket&) const = default;
};

/// SUBACK and UNSUBACK. An UNSUBACK of v3 has no codes.
struct SubscribeAckPacket {
  PacketType type = PacketType::Suback;
  std::uint16_t packet_id = 0;
  std::vector<ReasonCode> codes;
  Properties properties;

  bool operator==(const SubscribeAckPacket&) const = default;
};

struct DisconnectPacket {
  ReasonCode reason = ReasonCode::Success;
  Properties properties;

  bool operator==(const DisconnectPacket&) const = default;
};

struct AuthPacket {
  ReasonCode reason = ReasonCode::Success;
  Properties properties;

  bool operator==(const AuthPacket&) const = default;
};

/// A decoded packet, or the code that the specification asks for: MalformedPacket, ProtocolError,
/// ….
template <class T>
using Decoded = tl::expected<T, ReasonCode>;

}  // namespace sluice::mqtt
