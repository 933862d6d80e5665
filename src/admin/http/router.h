#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/http/message.h"
#include "admin/role.h"

namespace sluice::admin {

using Handler = std::function<Outcome<Response>(const Request&)>;

/// One method of one path. What a route needs is said here and nowhere else.
struct Route {
  std::string_view method;
  std::string_view pattern;                 // "/api/thing/{id}": a parameter takes one segment
  std::optional<Role> needs = Role::Admin;  // nullopt: open without a token
  Handler handler;
  bool takes_large_body = false;
  bool is_probe = false;      // asked by machines again and again: never throttled
  bool takes_ticket = false;  // `ticket` of the query in place of a token, see StreamTickets
};

/// Finds the route of a request. Fixed segments win over parameters.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route;
    std::map<std::string, std::string, std::less<>> params;
  };
  /// path  without query, not decoded yet; segments are decoded one by one, so that %2F is no '/'
  /// errors  404 without such a path, 405 if it has other methods
  Outcome<Match> find(std::string_view method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace sluice::admin
