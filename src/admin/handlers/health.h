#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// Whether the process lives, serves and has started: one line, with `?verbose` one for each check,
// JSON by `Accept`. 503 when something fails. What failed in detail is told on this machine only.

Outcome<Response> get_livez(Services& services, const Request& request);
Outcome<Response> get_readyz(Services& services, const Request& request);
Outcome<Response> get_startupz(Services& services, const Request& request);

/// As Spring's actuator: `{"status": "UP"}`.
Outcome<Response> get_actuator_health(Services& services, const Request& request);
Outcome<Response> get_actuator_info(Services& services, const Request& request);

}  // namespace sluice::admin
