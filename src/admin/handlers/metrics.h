#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

/// All metrics in Prometheus' text format, see docs/reference/metrics.md.
Outcome<Response> get_metrics(Services& services, const Request& request);

/// The counters of the last minutes, one object a second: what a chart shows before its stream has
/// brought more.
Outcome<Response> list_recent_counters(Services& services, const Request& request);

}  // namespace sluice::admin
