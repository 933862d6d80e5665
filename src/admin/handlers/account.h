#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/auth and /api/noauth: who somebody is, and their password.

Outcome<Response> log_in(Services& services, const Request& request);
Outcome<Response> refresh_token(Services& services, const Request& request);
Outcome<Response> log_out(Services& services, const Request& request);
Outcome<Response> get_own_user(Services& services, const Request& request);
Outcome<Response> change_own_password(Services& services, const Request& request);

Outcome<Response> set_up(Services& services, const Request& request);
Outcome<Response> get_password_policy(Services& services, const Request& request);
Outcome<Response> request_password_reset(Services& services, const Request& request);
Outcome<Response> follow_password_reset(Services& services, const Request& request);
Outcome<Response> reset_password(Services& services, const Request& request);

}  // namespace sluice::admin
