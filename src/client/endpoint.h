#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "client/tls.h"

namespace sluice::client {

enum class Transport : std::uint8_t { Tcp, WebSocket };

/// Where a broker listens, in words.
struct Endpoint {
  Transport transport = Transport::Tcp;
  bool is_tls = false;
  std::string host = "localhost";
  std::uint16_t port = 0;      // 0: 1883 for TCP, 8083 for WebSocket, with TLS 8883 and 8085
  std::string path = "/mqtt";  // WebSocket only
  TlsContext tls;              // null: none, or `is_tls` was not prepared for

  std::uint16_t effective_port() const;
};

/// What may stand in a URL beside the endpoint.
struct ParsedUrl {
  Endpoint endpoint;
  std::string user_name;
  std::string password;
  std::string path;  // as written, without the first slash; a topic for mosquitto's -L
};

/// Reads mqtt://[user[:password]@]host[:port][/path], mqtts://…, ws://… or wss://…; the host may be
/// [::1].
Result<ParsedUrl> parse_url(std::string_view url);

/// A socket address, ready for connect().
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

/// Asks the system's resolver, which may block; takes the first address of a stream socket.
Result<SocketAddress> resolve(const Endpoint& endpoint);

}  // namespace sluice::client
