#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::admin {

/// What a caller may do; each role may do what those before it may.
enum class Role : std::uint8_t {
  Nobody,    // no token is asked for
  Viewer,    // reads, without secrets
  Operator,  // blocks, disconnects, clears lists
  Admin,
};

/// As the API writes it in `authority` and `scopes`: TBMQ's "SYS_ADMIN", and our "OPERATOR" and
/// "VIEWER".
std::string_view to_string(Role role);
std::optional<Role> find_role(std::string_view authority);

/// Who asks.
struct Caller {
  Role role = Role::Nobody;
  std::string who;       // e-mail, "key:<name>" or "local", for the audit log
  std::string user_id;   // empty: not a user, but an API key or the local socket
  std::string login_id;  // of the login that the token comes from; empty without one
  std::string address;   // without port; "local" for the Unix socket
  bool is_local = false;
};

}  // namespace sluice::admin
