#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/unauthorized/client: who was refused and has not got in since.

/// With `clientId` one, else a page.
Outcome<Response> find_unauthorized_clients(Services& services, const Request& request);
Outcome<Response> list_unauthorized_clients(Services& services, const Request& request);
/// With `clientId` one, else all.
Outcome<Response> forget_unauthorized_clients(Services& services, const Request& request);

}  // namespace sluice::admin
