#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// Parts of TBMQ that this shape of the broker does not have, answered as what they are: lists are
// empty, nothing is found, and what would change them says why it cannot.

Outcome<Response> list_nothing(Services& services, const Request& request);
Outcome<Response> refuse_kafka(Services& services, const Request& request);

/// Shared Subscriptions need no entity here: the first SUBSCRIBE makes the group.
Outcome<Response> find_application_shared(Services& services, const Request& request);
Outcome<Response> refuse_application_shared(Services& services, const Request& request);

Outcome<Response> find_no_integration(Services& services, const Request& request);
Outcome<Response> refuse_integration(Services& services, const Request& request);

}  // namespace sluice::admin
