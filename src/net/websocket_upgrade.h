#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace sluice::net {

inline constexpr std::size_t kUpgradeHeaderMax = 8 * 1024;  // bytes

/// What to answer to the HTTP request that begins a WebSocket connection.
struct UpgradeAnswer {
  bool accepted = false;
  std::string response;         // to be sent; if not accepted, the connection then closes
  std::size_t header_size = 0;  // of the request: what follows are frames
};

/// Looks for a whole request header at the front of `in`.
///
/// path      where the listener serves WebSocket: "/mqtt"
/// returns   false while the header is incomplete and may become valid
/// answers   101 with the subprotocol "mqtt" or "mqttv3.1"; 400, 404, 405, 426, 431 with a sentence
/// why spec      RFC 6455 4.2; MQTT5-6.0.0-4
bool try_upgrade(ByteView in, const std::string& path, UpgradeAnswer* answer);

}  // namespace sluice::net
