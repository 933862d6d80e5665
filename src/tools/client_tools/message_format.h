#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mqtt/codec/packets.h"

namespace sluice::tools {

/// How `sub` prints a message: the format language of mosquitto_sub's -F.
class MessageFormat {
 public:
  using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

  /// Errors: the specifier that is unknown.
  static Result<MessageFormat> parse(std::string_view text);

  /// Appends `packet`, received at `time`, in this format. Errors: %J and a payload that is no
  /// JSON.
  Result<void> append(std::string& out, const mqtt::PublishPacket& packet, Time time) const;

 private:
  struct Piece {
    char specifier = 0;  // 0: literal text; '@': strftime of `text`; else the letter after '%'
    std::string text;
    bool zero_padded = false;
    bool left_aligned = false;
    std::size_t width = 0;
    std::size_t width_max = 0;  // 0: none
  };

  Result<std::size_t> parse_specifier(std::string_view text);
  Result<std::size_t> parse_escape(std::string_view text);
  void add_literal(char c);

  std::vector<Piece> pieces_;
};

/// One line of JSON: time, topic, qos, retain, payloadlen, mid, properties, payload. With
/// `payload_is_json` the payload is inserted as JSON rather than as text.
void append_message_json(std::string& out, const mqtt::PublishPacket& packet,
                         MessageFormat::Time time, bool payload_is_json);

}  // namespace sluice::tools
