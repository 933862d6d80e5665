#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

/// All that broker and administration keep, as of now, as a tar archive. It has secrets.
Outcome<Response> download_backup(Services& services, const Request& request);

}  // namespace sluice::admin
