#pragma once

#include <optional>
#include <string>

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

/// AdminDto of TBMQ, with our `authority` and `enabled`.
struct UserDraft {
  entities::User user;
  std::optional<std::string> password;
};

/// before  what is missing in `body` stays as in it; an empty id: a new user
/// errors  400, naming the member
Outcome<UserDraft> read_user(const boost::json::value& body, entities::User before);

}  // namespace sluice::admin
