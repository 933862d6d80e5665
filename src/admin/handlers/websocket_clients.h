#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// Connections of the MQTT client in the browser, and their subscriptions: what a caller saved for
// himself. Passwords are not kept.

Outcome<Response> save_websocket_connection(Services& services, const Request& request);
/// One by `name`, or a page.
Outcome<Response> find_websocket_connections(Services& services, const Request& request);
Outcome<Response> get_websocket_connection(Services& services, const Request& request);
Outcome<Response> delete_websocket_connection(Services& services, const Request& request);

Outcome<Response> save_websocket_subscription(Services& services, const Request& request);
Outcome<Response> list_websocket_subscriptions(Services& services, const Request& request);
Outcome<Response> get_websocket_subscription(Services& services, const Request& request);
Outcome<Response> delete_websocket_subscription(Services& services, const Request& request);

}  // namespace sluice::admin
