#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "admin/node.h"

namespace sluice::admin {

/// The four kinds of listeners that TBMQ has one each of.
struct ListenerKind {
  std::string_view name;    // as a query names it
  std::string_view prefix;  // as the home page's members begin
  config::Scheme scheme;
  bool is_tls;
};

inline constexpr std::array kListenerKinds{
    ListenerKind{"MQTT", "tcp", config::Scheme::Mqtt, false},
    ListenerKind{"MQTTS", "tls", config::Scheme::Mqtt, true},
    ListenerKind{"WS", "ws", config::Scheme::WebSocket, false},
    ListenerKind{"WSS", "wss", config::Scheme::WebSocket, true}};

/// The first listener of a kind.
inline std::optional<config::ListenerSettings> find_listener(
    const std::vector<ListenerFacts>& listeners, const ListenerKind& kind) {
  for (const ListenerFacts& listener : listeners) {
    if (listener.settings.scheme == kind.scheme && listener.settings.is_tls == kind.is_tls) {
      return listener.settings;
    }
  }
  return std::nullopt;
}

}  // namespace sluice::admin
