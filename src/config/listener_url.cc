#include "config/listener_url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include "config/listener_url_options.h"

namespace sluice::config {
namespace {

using Failure = tl::unexpected<Complaint>;

constexpr std::size_t kHostLengthMax = 253;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

Failure wrong(std::string message, std::string suggestion = {}) {
  return Failure(Complaint{std::move(message), std::move(suggestion)});
}

struct SchemeName {
  std::string_view name;
  Scheme scheme;
  bool is_tls;
  std::uint16_t port;  // unless the URL says another
};
constexpr std::array<SchemeName, 4> kSchemes{{{"mqtt", Scheme::Mqtt, false, kMqttPort},
                                              {"mqtts", Scheme::Mqtt, true, kMqttTlsPort},
                                              {"ws", Scheme::WebSocket, false, kWebSocketPort},
                                              {"wss", Scheme::WebSocket, true, kWebSocketTlsPort}}};

Failure wrong_scheme(std::string_view scheme, std::string_view rest) {
  static constexpr auto kMeant =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"tcp", "mqtt"},
                                                                    {"mqtt", "mqtt"},
                                                                    {"mqt", "mqtt"},
                                                                    {"mqttt", "mqtt"},
                                                                    {"ssl", "mqtts"},
                                                                    {"tls", "mqtts"},
                                                                    {"mqtts", "mqtts"},
                                                                    {"http", "ws"},
                                                                    {"websocket", "ws"},
                                                                    {"ws", "ws"},
                                                                    {"https", "wss"},
                                                                    {"wss", "wss"}});
  const std::string lower = boost::to_lower_copy(std::string(scheme));
  const auto meant = std::ranges::find(kMeant, lower, &decltype(kMeant)::value_type::first);
  std::string fixed;
  if (meant != kMeant.end()) fixed = std::string(meant->second) + "://" + std::string(rest);
  return wrong("unknown scheme " + quoted(scheme) +
                   ": a listener starts with mqtt://, mqtts://, ws:// or wss://",
               fixed);
}

Failure without_scheme(std::string_view url) {
  const bool number = !url.empty() && std::ranges::all_of(url, [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  std::string suggestion;
  if (!url.empty()) suggestion = (number ? "mqtt://127.0.0.1:" : "mqtt://") + std::string(url);
  return wrong("a listener is a URL such as mqtt://127.0.0.1:1883", suggestion);
}

bool is_ipv6(std::string_view host) {
  in6_addr address{};
  const std::string bare(host.substr(0, host.find('%')));  // a zone names an interface
  return inet_pton(AF_INET6, bare.c_str(), &address) == 1;
}

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_host_name(std::string_view host) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  };
  return host.size() <= kHostLengthMax && std::ranges::all_of(host, allowed);
}

std::optional<Complaint> check_host(std::string_view host, bool bracketed) {
  if (host.empty()) {
    return Complaint{"the address is missing: 0.0.0.0 is every address, 127.0.0.1 this machine",
                     ""};
  }
  if (bracketed) {
    if (is_ipv6(host)) return std::nullopt;
    return Complaint{quoted(host) + " is no IPv6 address", ""};
  }
  const bool digits_only = host.find_first_not_of("0123456789.") == std::string_view::npos;
  if (digits_only && !is_ipv4(std::string(host))) {
    return Complaint{quoted(host) + " is no IPv4 address", ""};
  }
  if (is_host_name(host)) return std::nullopt;
  return Complaint{quoted(host) + " is no host name", ""};
}

struct Authority {
  std::string_view host;
  std::string_view port;  // empty when not given
  bool bracketed = false;
  bool has_port = false;
};

tl::expected<Authority, Complaint> split_authority(std::string_view text) {
  if (text.find('@') != std::string_view::npos) {
    return wrong("a listener URL has no user name or password");
  }
  Authority authority;
  std::string_view after;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return wrong("']' is missing after the IPv6 address");
    authority.bracketed = true;
    authority.host = text.substr(1, close - 1);
    after = text.substr(close + 1);
    if (!after.empty() && after[0] != ':') return wrong("expects ':' and a port after ']'");
  } else {
    const auto colon = text.find(':');
    if (std::ranges::count(text, ':') > 1) {
      return wrong("an IPv6 address needs brackets, for example [::1]:1883");
    }
    authority.host = text.substr(0, colon);
    after = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  authority.has_port = !after.empty();
  if (authority.has_port) authority.port = after.substr(1);
  return authority;
}

tl::expected<std::uint16_t, Complaint> parse_port(std::string_view text) {
  std::uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || port < 1 || port > 65'535) {
    return wrong(quoted(text) + " is no port: a port is 1 to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

tl::expected<std::string, Complaint> parse_path(Scheme scheme, std::string_view text) {
  if (scheme == Scheme::Mqtt) {
    if (!text.empty() && text != "/") return wrong("only ws:// and wss:// listeners have a path");
    return std::string();
  }
  if (text.empty()) return std::string(kWebSocketPath);
  const auto printable = [](unsigned char c) { return std::isgraph(c) != 0; };
  if (!std::ranges::all_of(text, printable) || text.find('#') != std::string_view::npos) {
    return wrong(quoted(text) + " is no path: blanks and '#' are not allowed");
  }
  return std::string(text);
}

bool is_every_address(const std::string& host) {
  return host == "0.0.0.0" || host == "::";
}

bool is_ipv6_host(const std::string& host) {
  return host.find(':') != std::string::npos;
}

std::string comparable_host(const std::string& host) {
  const std::string lower = boost::to_lower_copy(host);
  return lower == "localhost" ? "127.0.0.1" : lower;
}

}  // namespace

tl::expected<ListenerSettings, Complaint> parse_listener_url(std::string_view url) {
  const auto separator = url.find("://");
  if (separator == std::string_view::npos) return without_scheme(url);
  const auto rest = url.substr(separator + 3);
  const auto scheme = std::ranges::find(kSchemes, url.substr(0, separator), &SchemeName::name);
  if (scheme == kSchemes.end()) return wrong_scheme(url.substr(0, separator), rest);

  ListenerSettings listener;
  listener.scheme = scheme->scheme;
  listener.is_tls = scheme->is_tls;
  const auto slash = std::min(rest.find_first_of("/?#"), rest.size());
  const auto authority = split_authority(rest.substr(0, slash));
  if (!authority) return Failure(authority.error());
  if (auto complaint = check_host(authority->host, authority->bracketed)) {
    return Failure(std::move(*complaint));
  }
  listener.host = std::string(authority->host);

  listener.port = scheme->port;
  if (authority->has_port) {
    const auto port = parse_port(authority->port);
    if (!port) return Failure(port.error());
    listener.port = *port;
  }
  const auto query = std::max(slash, std::min(rest.find('?'), rest.size()));
  auto path = parse_path(listener.scheme, rest.substr(slash, query - slash));
  if (!path) return Failure(std::move(path.error()));
  listener.path = std::move(*path);
  const auto options_text = query == rest.size() ? std::string_view() : rest.substr(query + 1);
  auto options = parse_listener_options(options_text, listener.is_tls);
  if (!options) return Failure(std::move(options.error()));
  listener.options = std::move(*options);
  return listener;
}

std::string ListenerSettings::url() const {
  const bool bracket = host.find(':') != std::string::npos;
  std::string text = scheme == Scheme::Mqtt ? "mqtt" : "ws";
  text += is_tls ? "s://" : "://";
  text += bracket ? "[" + host + "]" : host;
  return text + ":" + std::to_string(port) + path;
}

std::vector<ListenerSettings> effective_listeners(const Settings& settings) {
  if (!settings.listeners.empty()) return settings.listeners;
  return {{Scheme::Mqtt, "127.0.0.1", kMqttPort, ""},
          {Scheme::WebSocket, "127.0.0.1", kWebSocketPort, std::string(kWebSocketPath)}};
}

bool clash(const ListenerSettings& a, const ListenerSettings& b) {
  // Both families on one port is usual: mqtt://0.0.0.0:1883 and mqtt://[::]:1883.
  if (a.port != b.port || is_ipv6_host(a.host) != is_ipv6_host(b.host)) return false;
  if (is_every_address(a.host) || is_every_address(b.host)) return true;
  return comparable_host(a.host) == comparable_host(b.host);
}

}  // namespace sluice::config
