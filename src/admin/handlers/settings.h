#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/admin/settings and /api/admin/securitySettings.

Outcome<Response> get_setting(Services& services, const Request& request);
Outcome<Response> save_setting(Services& services, const Request& request);
Outcome<Response> send_test_mail(Services& services, const Request& request);
Outcome<Response> get_security_settings(Services& services, const Request& request);
Outcome<Response> save_security_settings(Services& services, const Request& request);

}  // namespace sluice::admin
