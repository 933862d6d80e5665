#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "config/settings.h"
#include "net/websocket_frame.h"

namespace sluice::net {

/// What a connection holds more when it speaks WebSocket.
struct WebSocketState {
  WebSocketState(std::uint64_t payload_max, const std::string& served_path, Instant deadline)
      : decoder(payload_max), path(&served_path), connect_by(deadline) {}

  /// For a new connection; null on a listener of plain MQTT.
  static std::unique_ptr<WebSocketState> make(const config::ListenerSettings& listener,
                                              const config::Settings& settings, Instant now) {
    if (listener.scheme != config::Scheme::WebSocket) return nullptr;
    // A frame may hold many packets, so it may be larger than the largest packet.
    const std::uint64_t payload_max = settings.mqtt.packet_size_max + 1024ULL * 1024;
    return std::make_unique<WebSocketState>(payload_max, listener.path,
                                            now + settings.mqtt.connect_timeout);
  }

  WebSocketDecoder decoder;
  const std::string* path;  // of the listener, which outlives its connections
  Instant connect_by;       // CONNECT has to be accepted until then, counted from accept
  std::optional<WebSocketStatus> ending;  // the peer closed, or has to be told to
  bool upgraded = false;
  bool close_sent = false;
};

}  // namespace sluice::net
