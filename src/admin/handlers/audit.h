#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/audit: who did what.

Outcome<Response> list_audit(Services& services, const Request& request);
/// One JSON object a line, oldest first; `startTime` and `endTime` choose. Limit: 100'000 entries.
Outcome<Response> export_audit(Services& services, const Request& request);
/// Whether the chain of hashes is whole.
Outcome<Response> verify_audit(Services& services, const Request& request);

}  // namespace sluice::admin
