#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/trace: step by step what becomes of the messages of some Clients, topics or addresses.

Outcome<Response> start_trace(Services& services, const Request& request);
Outcome<Response> list_traces(Services& services, const Request& request);
Outcome<Response> get_trace(Services& services, const Request& request);
Outcome<Response> list_trace_records(Services& services, const Request& request);
/// All records as a download, one JSON object a line.
Outcome<Response> download_trace(Services& services, const Request& request);
Outcome<Response> delete_trace(Services& services, const Request& request);

}  // namespace sluice::admin
