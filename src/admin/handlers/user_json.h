#pragma once

#include <boost/json.hpp>

#include "admin/handlers/json_parts.h"
#include "admin/login/password_history.h"
#include "admin/role.h"

namespace sluice::admin {

/// TBMQ's User, and whether it is enabled.
inline boost::json::object user_to_json(const entities::User& user) {
  return {{"id", user.id},
          {"createdTime", user.created},
          {"email", user.email},
          {"authority", text_json(authority_of(user.role))},
          {"firstName", user.first_name},
          {"lastName", user.last_name},
          {"enabled", user.enabled},
          {"additionalInfo", stored_json(without_password_history(user.additional_info))}};
}

}  // namespace sluice::admin
