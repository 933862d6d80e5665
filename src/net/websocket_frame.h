#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace sluice::net {

/// RFC 6455 5.2.
enum class WebSocketOpcode : std::uint8_t {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10,
};

/// RFC 6455 7.4.1.
enum class WebSocketStatus : std::uint16_t {
  Normal = 1000,
  GoingAway = 1001,
  ProtocolError = 1002,
  UnsupportedData = 1003,
  NoStatus = 1005,  // never on the wire: a Close frame without a status
  TooBig = 1009,
  TryAgainLater = 1013,
};

/// Takes the frames of a client apart, however the bytes were cut on their way.
///
/// Payload bytes are unmasked in place and moved together: what is left is the stream that the
/// frames carried. Only the header of an incomplete frame and a control frame's payload are held.
/// spec  RFC 6455 5; MQTT5-6.0.0-1, MQTT5-6.0.0-2
class WebSocketDecoder {
 public:
  enum class Step : std::uint8_t {
    NeedMore,  // all input is used up
    Ping,      // `control` is the payload to answer with
    Pong,
    Close,      // the peer closes: `status`; nothing that follows counts
    Violation,  // to be closed with `status`; nothing that follows counts
  };

  /// payload_max  largest payload of one data frame, in bytes; beyond it 1009
  explicit WebSocketDecoder(std::uint64_t payload_max) : payload_max_(payload_max) {}

  /// Uses input from `*in` on and writes payload from `*out` on, moving both; `*out <= *in`.
  Step next(char** in, const char* end, char** out);

  /// The payload of the control frame that `next` reported; valid until the next call.
  ByteView control() const { return control_; }
  WebSocketStatus status() const { return status_; }

 private:
  static constexpr std::size_t kControlPayloadMax = 125;

  Step take_header(char** in, const char* end);
  Step judge_first_bytes();
  void take_payload(char** in, const char* end, char** out);
  std::size_t header_size() const;
  Step end_control_frame();
  Step end_close_frame();
  Step violation(WebSocketStatus status);
  void unmask(char** in, std::size_t count, char* out);

  std::uint64_t payload_max_;
  std::uint64_t remaining_ = 0;  // payload bytes of the current frame still to come
  std::string control_;
  std::array<std::uint8_t, 14> header_{};
  std::array<std::uint8_t, 4> mask_{};
  std::uint8_t header_bytes_ = 0;
  std::uint8_t mask_phase_ = 0;
  WebSocketOpcode opcode_ = WebSocketOpcode::Continuation;
  bool in_payload_ = false;
  bool in_message_ = false;  // a fragmented message is open
  WebSocketStatus status_ = WebSocketStatus::Normal;
};

inline constexpr std::size_t kWebSocketHeaderMax = 10;  // of a server's frame

/// Writes the header of an unfragmented server frame; returns its size.
std::size_t write_websocket_header(char* out, WebSocketOpcode opcode, std::uint64_t payload_size);

/// A whole control frame of the server. `payload` has at most 125 bytes.
std::string make_control_frame(WebSocketOpcode opcode, ByteView payload);
/// NoStatus makes a Close frame without payload.
std::string make_close_frame(WebSocketStatus status);

}  // namespace sluice::net
