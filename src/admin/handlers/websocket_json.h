#pragma once

#include <boost/json.hpp>

#include "admin/http/api_error.h"
#include "entities/websocket_connections.h"
#include "entities/websocket_subscriptions.h"

namespace sluice::admin {

// TBMQ's WebSocketConnection and WebSocketSubscription. Of `configuration` we check what a Client
// needs; the rest is the web UI's own and kept as it is, but for a password.

boost::json::object to_json(const entities::WebSocketConnection& connection);
boost::json::object to_short_json(const entities::WebSocketConnection& connection);
boost::json::object to_json(const entities::WebSocketSubscription& subscription);

/// Without owner. errors  400
Outcome<entities::WebSocketConnection> read_websocket_connection(const boost::json::value& body);
Outcome<entities::WebSocketSubscription> read_websocket_subscription(
    const boost::json::value& body);

}  // namespace sluice::admin
