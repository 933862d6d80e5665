#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// The certificate of the first MQTTS listener, which devices are to trust.

Outcome<Response> is_certificate_configured(Services& services, const Request& request);
Outcome<Response> get_certificate_name(Services& services, const Request& request);
/// The chain without the key, whatever else is in the file.
Outcome<Response> download_certificate(Services& services, const Request& request);

}  // namespace sluice::admin
