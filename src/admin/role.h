#pragma once

#include <string>
#include <string_view>

#include "entities/users.h"

namespace sluice::admin {

/// Viewer reads, without secrets; Operator also blocks, disconnects and clears lists; Admin all.
using entities::Role;

/// As the API writes it in `authority` and `scopes`: TBMQ's "SYS_ADMIN", and our "OPERATOR" and
/// "VIEWER".
inline std::string_view authority_of(Role role) {
  return role == Role::Admin ? "SYS_ADMIN" : entities::to_string(role);
}

/// Who asks.
struct Caller {
  Role role = Role::Viewer;
  std::string who;       // e-mail, "key:<name>" or "local", for the audit log; empty: nobody
  std::string user_id;   // empty: not a user, but an API key or the local socket
  std::string key_id;    // of the API key; empty without one
  std::string login_id;  // of the login that the token comes from; empty without one
  std::string address;   // without port; "local" for the Unix socket
  bool is_local = false;
};

}  // namespace sluice::admin
