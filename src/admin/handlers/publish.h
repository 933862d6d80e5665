#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

/// Publishes one message; 202 when what its QoS promises holds.
Outcome<Response> publish(Services& services, const Request& request);
/// Publishes a list, those of one topic in its order, with a result for each.
Outcome<Response> publish_many(Services& services, const Request& request);

}  // namespace sluice::admin
