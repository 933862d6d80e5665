#pragma once

#include "mqtt/codec/frame.h"
#include "mqtt/codec/packets.h"

namespace sluice::mqtt {

// Each function turns the frame of its packet type into a value, or says which Reason Code the
// specification asks for. All checks that need nothing but the packet itself are done here:
// fixed-header flags, UTF-8 and U+0000, Packet Identifier 0, properties (known, allowed in this
// packet, not repeated, value range), trailing or missing bytes. What needs the connection's state
// (alias limits, Receive Maximum, session) or a setting is not.
//
// v3 frames never have properties. MQTT 3.1 tolerates what its text leaves open: flags other than
// those of PUBLISH, user name or password announced and absent.

/// Decodes CONNECT of any version. Errors: UnsupportedProtocolVersion for a name or level we do not
/// serve; MalformedPacket; ProtocolError. `version_of_refused_connect` tells how to answer.
Decoded<ConnectPacket> decode_connect(const Frame& frame);

/// The version in which to answer a CONNECT that could not be decoded, if any can be told from it:
/// v5 for name "MQTT" with level >= 5, V311 or V31 otherwise. Never fails; V311 when in doubt.
Version version_of_refused_connect(const Frame& frame);

/// `from_server`: whether the sender is a Server; a Client may not send Subscription Identifiers
/// [MQTT5-3.3.4-6]. Topic Name rules checked: UTF-8, no U+0000, no wildcards. Not the alias rules.
Decoded<PublishPacket> decode_publish(const Frame& frame, Version version, bool from_server);

/// PUBACK, PUBREC, PUBREL or PUBCOMP, by frame.type.
Decoded<AckPacket> decode_ack(const Frame& frame, Version version);

Decoded<SubscribePacket> decode_subscribe(const Frame& frame, Version version);
Decoded<UnsubscribePacket> decode_unsubscribe(const Frame& frame, Version version);
Decoded<DisconnectPacket> decode_disconnect(const Frame& frame, Version version);
Decoded<AuthPacket> decode_auth(const Frame& frame);

/// PINGREQ and PINGRESP: nothing but flags and an empty body to check.
Decoded<bool> decode_ping(const Frame& frame, Version version);

// What only a Client receives.
Decoded<ConnackPacket> decode_connack(const Frame& frame, Version version);
Decoded<SubscribeAckPacket> decode_subscribe_ack(const Frame& frame, Version version);

}  // namespace sluice::mqtt
