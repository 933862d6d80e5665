#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

/// GET /api/explain: why `clientId` did not get what was published to `topic`, if it did not; by
/// `publisher`, and as the trace's `messageId`, where these are given.
Outcome<Response> explain_delivery(Services& services, const Request& request);

/// GET /api/drops: for whom most was dropped, and why; of `clientId` where it is given.
Outcome<Response> list_drops(Services& services, const Request& request);

/// GET /api/slow-subscribers: for whom most bytes wait, or who takes longest to acknowledge.
Outcome<Response> list_slow_subscribers(Services& services, const Request& request);

}  // namespace sluice::admin
