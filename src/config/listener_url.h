#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "config/problem.h"
#include "config/settings.h"

namespace sluice::config {

inline constexpr std::uint16_t kMqttPort = 1883;
inline constexpr std::uint16_t kMqttTlsPort = 8883;
inline constexpr std::uint16_t kWebSocketPort = 8084;
inline constexpr std::uint16_t kWebSocketTlsPort = 8085;
inline constexpr std::string_view kWebSocketPath = "/mqtt";

/// Reads `mqtt://HOST[:PORT]` or `ws://HOST[:PORT][/PATH]`, with TLS `mqtts` and `wss`, each with
/// `?OPTION=VALUE&...` after it. HOST is a name, an IPv4 address, or an IPv6 address in brackets;
/// the result holds it without brackets. PORT is 1..65535.
tl::expected<ListenerSettings, Complaint> parse_listener_url(std::string_view url);

/// The listeners that `settings` ask for; without any the loopback ones, so that a first start
/// opens nothing to the network.
std::vector<ListenerSettings> effective_listeners(const Settings& settings);

/// Whether both want the same port of the same address, or one of all addresses.
bool clash(const ListenerSettings& a, const ListenerSettings& b);

}  // namespace sluice::config
