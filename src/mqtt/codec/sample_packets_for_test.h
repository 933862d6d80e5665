#pragma once

#include <string>
#include <vector>

#include "mqtt/codec/codec_testing.h"

namespace sluice::mqtt::testing {

struct Sample {
  std::string bytes;
  /// Body sizes at which the packet may end too: the short forms and the ends of lists. A PUBLISH
  /// may end anywhere in its payload, from `payload_begin` on.
  std::vector<std::size_t> legal_ends = {};
  std::size_t payload_begin = std::string::npos;
};

/// The body of `sample` cut to `size` bytes, behind a Remaining Length that fits.
inline std::string shortened(const Sample& sample, std::size_t size) {
  const ByteView body = frame_of(sample.bytes).body;
  return packet(static_cast<std::uint8_t>(sample.bytes[0]), {std::string(body.substr(0, size))});
}

inline std::vector<Sample> samples_of_v3(Version version) {
  const bool is_v31 = version == Version::V31;
  const std::string start = is_v31 ? text("MQIsdp") + u8(3) : text("MQTT") + u8(4);
  // In MQTT 3.1 user name and password may be missing though the flags announce them.
  const std::vector<std::size_t> connect_ends =
      is_v31 ? std::vector<std::size_t>{23, 26} : std::vector<std::size_t>{};
  return {{packet(0x10, {start, u8(0xF6), u16(60), text("c"), text("w/t"), text("x"), text("u"),
                         text("p")}),
           connect_ends},
          {packet(0x20, {u8(1), u8(0)})},
          {packet(0x30, {text("a/b"), "xyz"}), {}, 5},
          {packet(0x33, {text("a/b"), u16(1), "xyz"}), {}, 7},
          {packet(0x3C, {text("a/b"), u16(1), "xyz"}), {}, 7},
          {packet(0x40, {u16(1)})},
          {packet(0x50, {u16(1)})},
          {packet(0x62, {u16(1)})},
          {packet(0x70, {u16(1)})},
          {packet(0x82, {u16(1), text("a/+"), u8(1), text("#"), u8(2)}), {8}},
          {packet(0x90, {u16(1), u8(1), u8(0x80)}), {3}},
          {packet(0xA2, {u16(1), text("a/+"), text("#")}), {7}},
          {packet(0xB0, {u16(1)})},
          {packet(0xC0, {})},
          {packet(0xD0, {})},
          {packet(0xE0, {})}};
}

inline std::vector<Sample> samples_of_v5() {
  const std::string user = user_property("k", "v");
  const std::string answer = properties({property(PropertyId::ReasonString, text("why")), user});
  const std::string connect_properties =
      properties({property(PropertyId::SessionExpiryInterval, u32(1)),
                  property(PropertyId::ReceiveMaximum, u16(1)),
                  property(PropertyId::AuthenticationMethod, text("m")),
                  property(PropertyId::AuthenticationData, text("d")), user});
  const std::string will_properties =
      properties({property(PropertyId::ContentType, text("t")),
                  property(PropertyId::WillDelayInterval, u32(1)), user});
  const std::string message_properties = properties(
      {property(PropertyId::PayloadFormatIndicator, u8(1)),
       property(PropertyId::MessageExpiryInterval, u32(1)), user,
       property(PropertyId::TopicAlias, u16(1)), property(PropertyId::CorrelationData, text("d"))});
  const std::size_t message_header = 5 + message_properties.size();
  return {{packet(0x10, {text("MQTT"), u8(5), u8(0xF6), u16(60), connect_properties, text("c"),
                         will_properties, text("w/t"), text("x"), text("u"), text("p")})},
          {packet(0x20, {u8(0), u8(0), answer})},
          {packet(0x30, {text("a/b"), message_properties, "xyz"}), {}, message_header},
          {packet(0x3B, {text("a/b"), u16(1), message_properties, "xyz"}), {}, message_header + 2},
          {packet(0x34, {text("a/b"), u16(1), message_properties, "xyz"}), {}, message_header + 2},
          {packet(0x40, {u16(1), u8(0x10), answer}), {2, 3}},
          {packet(0x50, {u16(1), u8(0x80), answer}), {2, 3}},
          {packet(0x62, {u16(1), u8(0x92), answer}), {2, 3}},
          {packet(0x70, {u16(1), u8(0x92), answer}), {2, 3}},
          {packet(0x82, {u16(1), properties({user}), text("a/+"), u8(1), text("#"), u8(2)}),
           {9 + user.size()}},
          {packet(0x90, {u16(1), answer, u8(1), u8(0x80)}), {3 + answer.size()}},
          {packet(0xA2, {u16(1), properties({user}), text("a/+"), text("#")}), {8 + user.size()}},
          {packet(0xB0, {u16(1), answer, u8(0), u8(0x11)}), {3 + answer.size()}},
          {packet(0xC0, {})},
          {packet(0xD0, {})},
          {packet(0xE0, {u8(0x04), answer}), {0, 1}},
          {packet(0xF0, {u8(0x18),
                         properties({property(PropertyId::AuthenticationMethod, text("m")),
                                     property(PropertyId::AuthenticationData, text("d")), user})}),
           {0}}};
}

inline std::vector<Sample> samples_of(Version version) {
  return version == Version::V5 ? samples_of_v5() : samples_of_v3(version);
}

}  // namespace sluice::mqtt::testing
