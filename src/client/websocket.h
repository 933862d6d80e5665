#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::client {

/// The client side of one WebSocket (RFC 6455) that carries MQTT in binary frames [MQTT5-6.0.0-1].
/// Works on bytes only. Frames of the server that are fragmented, or that are cut anywhere, are
/// fine.
class WebSocket {
 public:
  explicit WebSocket(std::uint64_t seed) : random_(seed | 1) {}

  /// The upgrade request for `host` ("name:port") and `path`, with subprotocol "mqtt".
  std::string make_request(std::string_view host, std::string_view path);

  /// Looks at the front of `in` for the server's answer.
  ///
  /// returns  bytes that the answer takes, 0 if it is incomplete
  /// errors   anything but a valid acceptance of our key and subprotocol
  Result<std::size_t> read_response(std::string_view in) const;

  /// Takes the frame headers out of `data[0, size)` in place, so that what remains at the front is
  /// MQTT. Answers to pings are appended to `control` as whole frames.
  ///
  /// returns  MQTT bytes now at the front of `data`
  /// errors   the server broke the framing rules, or closed
  Result<std::size_t> unwrap(char* data, std::size_t size, std::string& control);

  /// Makes one masked binary frame of everything in `out` from `from` on.
  void wrap(std::string& out, std::size_t from);

 private:
  std::uint32_t next_mask();
  void append_frame(std::string& out, std::uint8_t opcode, std::string_view payload);
  Result<void> begin_frame(std::string& control);
  Result<void> end_control_frame(std::string& control);

  std::uint64_t random_;
  std::string key_;
  std::string header_;           // bytes of a frame header that is not complete
  std::string control_payload_;  // of the control frame being read
  std::uint64_t payload_left_ = 0;
  std::uint8_t opcode_ = 0;
};

}  // namespace sluice::client
