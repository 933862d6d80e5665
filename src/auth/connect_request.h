#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice::auth {

/// What the transport knows of the other side of a Network Connection.
struct Peer {
  std::string address;   // without port: "192.0.2.1", "2001:db8::1"; behind a proxy the real one
  std::string listener;  // the listener's URL without options
  bool is_tls = false;
  std::vector<std::string>
      common_names;  // of the verified certificate chain, the Client's own first
};

/// What a Client that wants in says of itself.
struct ConnectRequest {
  Peer peer;
  std::string client_id;  // empty: the broker will assign one
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::string method;  // Authentication Method, v5 4.12; empty: none
  std::string data;    // Authentication Data
};

/// A Client that was not let in, for the list of unauthorized clients.
struct RefusedClient {
  std::string client_id;
  std::string address;
  std::string username;
  bool password_provided = false;
  bool is_tls = false;
  std::string reason;
};

}  // namespace sluice::auth
