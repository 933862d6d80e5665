#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/timeseries: statistics of this node (by its id), of all ("total"), of a Client (by its
// Client Identifier; the latest ones only), and what callers saved.

Outcome<Response> get_latest_values(Services& services, const Request& request);
Outcome<Response> get_values(Services& services, const Request& request);
Outcome<Response> save_values(Services& services, const Request& request);
Outcome<Response> delete_latest_values(Services& services, const Request& request);
Outcome<Response> delete_values(Services& services, const Request& request);

}  // namespace sluice::admin
