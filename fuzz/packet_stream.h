#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/assert.h"
#include "mqtt/codec/codec_testing.h"

// What the packet_* targets do with a byte stream, by version.

namespace sluice::fuzz {

/// Reads the section that the decoder accepted and writes it anew.
inline void check_forwarded(const mqtt::PublishProperties& properties) {
  using enum mqtt::PropertyId;
  std::string again;
  std::size_t user_properties = 0;
  mqtt::for_each_property(
      properties.forwarded, [&](mqtt::PropertyId id, ByteView value, ByteView second) {
        switch (id) {
          case PayloadFormatIndicator:
            SLUICE_ASSERT(properties.payload_is_utf8 == (value == "\x01"));
            return mqtt::append_payload_format_indicator(again, properties.payload_is_utf8);
          case ContentType:
            return mqtt::append_content_type(again, value);
          case ResponseTopic:
            return mqtt::append_response_topic(again, value);
          case CorrelationData:
            return mqtt::append_correlation_data(again, value);
          case UserProperty:
            ++user_properties;
            return mqtt::append_user_property(again, value, second);
          default:
            SLUICE_UNREACHABLE();
        }
      });
  SLUICE_ASSERT(again == properties.forwarded);
  SLUICE_ASSERT(user_properties == properties.user_property_count);
}

template <class Packet>
void check_contents(const Packet&) {}
inline void check_contents(const mqtt::PublishPacket& packet) {
  check_forwarded(packet.properties);
}
inline void check_contents(const mqtt::ConnectPacket& packet) {
  if (packet.will) check_forwarded(packet.will->properties);
}

/// A packet that was accepted is accepted again as we write it, with the same contents.
template <class Packet>
void check_round_trip(const Packet& packet, const mqtt::Frame& frame, mqtt::Version version,
                      bool from_server) {
  const std::string bytes = mqtt::testing::encoded(packet, version, frame.type);
  const mqtt::Frame again = mqtt::testing::frame_of(bytes);
  SLUICE_ASSERT(again.type == frame.type);
  const auto is_same = [&packet](const auto& other) {
    if constexpr (requires { other == packet; }) {
      SLUICE_ASSERT(other == packet);
    } else {
      SLUICE_UNREACHABLE();
    }
  };
  SLUICE_ASSERT(mqtt::testing::decode_any(again, version, from_server, is_same) ==
                mqtt::ReasonCode::Success);
}

inline mqtt::ReasonCode check_frame(const mqtt::Frame& frame, mqtt::Version version,
                                    bool from_server) {
  return mqtt::testing::decode_any(frame, version, from_server, [&](const auto& packet) {
    check_contents(packet);
    check_round_trip(packet, frame, version, from_server);
  });
}

inline void check_packet(mqtt::Frame frame, mqtt::Version version) {
  // An allocation of just this size lets AddressSanitizer see a read behind the body.
  const auto body = std::make_unique<char[]>(frame.body.size());
  frame.body.copy(body.get(), frame.body.size());
  frame.body = ByteView(body.get(), frame.body.size());

  const mqtt::ReasonCode from_client = check_frame(frame, version, false);
  const mqtt::ReasonCode from_server = check_frame(frame, version, true);
  // A Server may send all that a Client may, and more.
  SLUICE_ASSERT(from_client != mqtt::ReasonCode::Success || from_server == from_client);
  if (frame.type == mqtt::PacketType::Connect) mqtt::version_of_refused_connect(frame);
}

/// Cuts `stream` into packets until it ends or breaks, as a connection does.
inline void check_stream(ByteView stream, mqtt::Version version) {
  for (;;) {
    const mqtt::FrameResult next = mqtt::next_frame(stream, mqtt::kLargestPacket);
    if (next.status != mqtt::FrameStatus::Complete) return;
    SLUICE_ASSERT(next.frame.size <= stream.size());
    check_packet(next.frame, version);
    stream.remove_prefix(next.frame.size);
  }
}

}  // namespace sluice::fuzz
