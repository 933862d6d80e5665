#include "client/endpoint.h"

#include <netdb.h>

#include <charconv>
#include <cstring>

namespace sluice::client {
namespace {

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) {
    return failure("'" + std::string(text) + "' is not a port (1 to 65535)");
  }
  return port;
}

/// Splits host and port; an IPv6 address stands in brackets.
Result<void> read_authority(std::string_view authority, Endpoint& endpoint) {
  std::string_view host = authority;
  std::string_view rest;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return failure("the host lacks its closing ']'");
    host = authority.substr(1, close - 1);
    rest = authority.substr(close + 1);
  } else if (const auto colon = authority.rfind(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    rest = authority.substr(colon);
  }
  if (host.empty()) return failure("the host is missing");
  endpoint.host = host;
  if (rest.empty()) return {};
  auto port = parse_port(rest.substr(1));
  if (!port) return tl::unexpected(port.error());
  endpoint.port = *port;
  return {};
}

void read_credentials(std::string_view text, ParsedUrl& url) {
  const auto colon = text.find(':');
  url.user_name = text.substr(0, colon);
  if (colon != std::string_view::npos) url.password = text.substr(colon + 1);
}

}  // namespace

std::uint16_t Endpoint::effective_port() const {
  if (port != 0) return port;
  if (is_tls) return transport == Transport::Tcp ? 8883 : 8085;
  return transport == Transport::Tcp ? 1883 : 8083;
}

Result<ParsedUrl> parse_url(std::string_view text) {
  ParsedUrl url;
  const auto bad = [&](const std::string& why) {
    return failure("'" + std::string(text) + "' is not a broker's URL: " + why);
  };
  const auto scheme_end = text.find("://");
  const auto scheme = text.substr(0, scheme_end);
  const bool is_web = scheme == "ws" || scheme == "wss";
  url.endpoint.is_tls = scheme == "mqtts" || scheme == "wss";
  if (scheme_end == std::string_view::npos ||
      (scheme != "mqtt" && !is_web && !url.endpoint.is_tls)) {
    return bad("it starts with none of mqtt://, mqtts://, ws:// and wss://");
  }
  url.endpoint.transport = is_web ? Transport::WebSocket : Transport::Tcp;

  std::string_view authority = text.substr(scheme_end + 3);
  if (const auto slash = authority.find('/'); slash != std::string_view::npos) {
    url.path = authority.substr(slash + 1);
    if (is_web) url.endpoint.path = authority.substr(slash);
    authority = authority.substr(0, slash);
  }
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    read_credentials(authority.substr(0, at), url);
    authority = authority.substr(at + 1);
  }
  if (auto read = read_authority(authority, url.endpoint); !read) return bad(read.error().what);
  return url;
}

Result<SocketAddress> resolve(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.effective_port());
  const int error = getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) return failure("cannot resolve '" + endpoint.host + "': " + gai_strerror(error));

  SocketAddress address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.length = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

}  // namespace sluice::client
