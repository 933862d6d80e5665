#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/stream: what happens, as server-sent events.

/// `topics` chooses the channels; without it all. Goes on behind the header `Last-Event-ID`, or
/// `lastEventId`.
Outcome<Response> follow_events(Services& services, const Request& request);
/// What stands for the caller in the query of one stream, for the next 30 s.
Outcome<Response> issue_stream_ticket(Services& services, const Request& request);

}  // namespace sluice::admin
