#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "mqtt/codec/packets.h"

namespace sluice::mqtt {

// Each function appends one whole packet to `out`. Properties are written for v5 only; with v3 they
// are left out silently. Callers keep strings within 65'535 bytes; the encoder asserts it.

void encode(std::string& out, const ConnectPacket& packet);
void encode(std::string& out, const ConnackPacket& packet, Version version);
/// Writes `properties.forwarded` as it is, after the properties that have fields of their own.
void encode(std::string& out, const PublishPacket& packet, Version version);
/// v5: without properties, and without the code as well when it is Success, in the short forms.
void encode(std::string& out, const AckPacket& packet, Version version);
void encode(std::string& out, const SubscribePacket& packet, Version version);
void encode(std::string& out, const SubscribeAckPacket& packet, Version version);
void encode(std::string& out, const UnsubscribePacket& packet, Version version);
void encode(std::string& out, const DisconnectPacket& packet, Version version);
void encode(std::string& out, const AuthPacket& packet);
void encode_pingreq(std::string& out);
void encode_pingresp(std::string& out);

/// Appends the user property to a `forwarded` section (see PublishProperties), and the like for the
/// other properties that a Server passes on. For those who build a PUBLISH rather than pass one on.
void append_payload_format_indicator(std::string& section, bool is_utf8);
void append_content_type(std::string& section, ByteView value);
void append_response_topic(std::string& section, ByteView value);
void append_correlation_data(std::string& section, ByteView value);
void append_user_property(std::string& section, ByteView name, ByteView value);

/// How many bytes a Variable Byte Integer takes: 1..4. `value` is at most 268'435'455.
constexpr std::size_t variable_byte_integer_size(std::uint32_t value) {
  return value < 128 ? 1 : value < 16'384 ? 2 : value < 2'097'152 ? 3 : 4;
}

/// Writes `value` at `to` and returns the byte behind it.
char* write_variable_byte_integer(char* to, std::uint32_t value);

}  // namespace sluice::mqtt
