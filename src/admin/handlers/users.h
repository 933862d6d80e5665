#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/admin: the people who administer.

Outcome<Response> save_user(Services& services, const Request& request);
Outcome<Response> list_users(Services& services, const Request& request);
Outcome<Response> get_user(Services& services, const Request& request);
Outcome<Response> delete_user(Services& services, const Request& request);
Outcome<Response> is_login_as_enabled(Services& services, const Request& request);
Outcome<Response> log_in_as(Services& services, const Request& request);
Outcome<Response> rotate_signing_key(Services& services, const Request& request);

}  // namespace sluice::admin
