#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// Subscriptions of Sessions.

/// Makes a list the whole set of a Session's subscriptions.
Outcome<Response> replace_subscriptions(Services& services, const Request& request);
/// Those of one Client by `clientId`, or a page of shared groups.
Outcome<Response> find_subscriptions(Services& services, const Request& request);
Outcome<Response> list_subscriptions(Services& services, const Request& request);
Outcome<Response> list_integration_subscriptions(Services& services, const Request& request);

/// Nothing is left to clear: an index frees its empty nodes at once.
Outcome<Response> clear_index(Services& services, const Request& request);

}  // namespace sluice::admin
