#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/apiKey: keys for programs. The secret is shown once, in the answer to its creation.

Outcome<Response> create_api_key(Services& services, const Request& request);
Outcome<Response> list_api_keys(Services& services, const Request& request);
Outcome<Response> get_api_key(Services& services, const Request& request);
Outcome<Response> delete_api_key(Services& services, const Request& request);

}  // namespace sluice::admin
