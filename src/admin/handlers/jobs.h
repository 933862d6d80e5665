#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// Bulk actions on all that match a filter.

Outcome<Response> start_job(Services& services, const Request& request);
Outcome<Response> list_jobs(Services& services, const Request& request);
Outcome<Response> get_job(Services& services, const Request& request);
Outcome<Response> cancel_job(Services& services, const Request& request);
Outcome<Response> forget_job(Services& services, const Request& request);

}  // namespace sluice::admin
