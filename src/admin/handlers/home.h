#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// What TBMQ's home page shows: listeners, providers, the nodes and how they fare.

Outcome<Response> get_home_config(Services& services, const Request& request);
/// Of `listenerName`, MQTT, MQTTS, WS or WSS. 404: there is no such listener.
Outcome<Response> get_listener_port(Services& services, const Request& request);
Outcome<Response> list_brokers(Services& services, const Request& request);
Outcome<Response> list_services(Services& services, const Request& request);
/// 400: the only service there is cannot be forgotten. 404: any other.
Outcome<Response> forget_service(Services& services, const Request& request);
Outcome<Response> get_system_info(Services& services, const Request& request);

}  // namespace sluice::admin
