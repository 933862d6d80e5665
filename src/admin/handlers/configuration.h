#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/configuration: settings of the process. Secrets are masked.

/// `prefix` chooses keys that begin so.
Outcome<Response> show_configuration(Services& services, const Request& request);
/// What a reload would change; 400 with a line for each mistake in the files and variables of now.
Outcome<Response> compare_configuration(Services& services, const Request& request);
/// Takes files and variables as they are now; 400 as above, and nothing has changed.
Outcome<Response> reload_configuration(Services& services, const Request& request);
/// `{"level": "debug"}`, until a reload finds another one.
Outcome<Response> set_log_level(Services& services, const Request& request);

}  // namespace sluice::admin
