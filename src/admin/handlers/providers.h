#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/mqtt/auth: who decides who a Client is. There is one provider of each type.

Outcome<Response> list_providers(Services& services, const Request& request);
Outcome<Response> get_provider(Services& services, const Request& request);
Outcome<Response> get_provider_of_type(Services& services, const Request& request);
Outcome<Response> save_provider(Services& services, const Request& request);
Outcome<Response> enable_provider(Services& services, const Request& request);
Outcome<Response> disable_provider(Services& services, const Request& request);
Outcome<Response> get_basic_strategy(Services& services, const Request& request);
/// Sends HEAD to an address before it is configured.
Outcome<Response> check_http_provider(Services& services, const Request& request);

}  // namespace sluice::admin
