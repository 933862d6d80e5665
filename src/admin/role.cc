#include "admin/role.h"

namespace sluice::admin {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::Admin:
      return "SYS_ADMIN";
    case Role::Operator:
      return "OPERATOR";
    case Role::Viewer:
      return "VIEWER";
    case Role::Nobody:
      return "NONE";
  }
  return "NONE";
}

std::optional<Role> find_role(std::string_view authority) {
  for (const Role role : {Role::Viewer, Role::Operator, Role::Admin}) {
    if (authority == to_string(role)) return role;
  }
  return std::nullopt;
}

}  // namespace sluice::admin
