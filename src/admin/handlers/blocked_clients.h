#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/blockedClient: whom not to let in, whatever the providers say.

/// Clients that are here and match are disconnected before the answer.
Outcome<Response> block_client(Services& services, const Request& request);
Outcome<Response> unblock_client(Services& services, const Request& request);
Outcome<Response> list_blocked_clients(Services& services, const Request& request);
Outcome<Response> get_blocked_ttl(Services& services, const Request& request);

/// TBMQ's BlockedClient. errors  400, naming the member
Outcome<entities::BlockedClient> read_blocked_client(const boost::json::value& body);

}  // namespace sluice::admin
