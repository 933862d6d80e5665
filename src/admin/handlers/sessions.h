#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// Sessions of Clients.

/// One by `clientId`, or a page.
Outcome<Response> find_sessions(Services& services, const Request& request);
Outcome<Response> list_sessions(Services& services, const Request& request);
Outcome<Response> count_sessions(Services& services, const Request& request);
Outcome<Response> get_session_details(Services& services, const Request& request);
/// Ends the Network Connection; the Session stays. 404 without one, or if `sessionId` is another.
Outcome<Response> disconnect_session(Services& services, const Request& request);
/// Ends the Session with all that belongs to it; 404 as above.
Outcome<Response> remove_session(Services& services, const Request& request);

}  // namespace sluice::admin
