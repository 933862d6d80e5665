#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "net/websocket_frame.h"

namespace sluice::net {

/// What a connection holds more when it speaks WebSocket.
struct WebSocketState {
  WebSocketState(std::uint64_t payload_max, const std::string& served_path, Instant deadline)
      : decoder(payload_max), path(&served_path), connect_by(deadline) {}

  WebSocketDecoder decoder;
  const std::string* path;  // of the listener, which outlives its connections
  Instant connect_by;       // CONNECT has to be accepted until then, counted from accept
  std::optional<WebSocketStatus> ending;  // the peer closed, or has to be told to
  bool upgraded = false;
  bool close_sent = false;
};

}  // namespace sluice::net
