#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// What waits for a Client.

/// Depth, age and the first messages.
Outcome<Response> show_queue(Services& services, const Request& request);
/// Drops what is not in flight.
Outcome<Response> purge_queue(Services& services, const Request& request);

}  // namespace sluice::admin
