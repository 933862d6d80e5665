#pragma once

#include <optional>
#include <vector>

#include "admin/http/router.h"
#include "admin/services.h"

namespace sluice::admin {

// The table of routes, a file for each part.
std::vector<Route> entity_routes(Services& services);
std::vector<Route> client_routes(Services& services);
std::vector<Route> absent_routes(Services& services);
std::vector<Route> document_routes(Services& services);
std::vector<Route> monitoring_routes(Services& services);
std::vector<Route> configuration_routes(Services& services);

inline constexpr auto kOpen = std::nullopt;
inline constexpr auto kViewer = Role::Viewer;
inline constexpr auto kOperator = Role::Operator;
inline constexpr auto kAdmin = Role::Admin;

/// Gives handlers their services.
class RouteMaker {
 public:
  explicit RouteMaker(Services& services) : services_(services) {}
  Handler operator()(Outcome<Response> (*handler)(Services&, const Request&)) const {
    return [&services = services_, handler](const Request& request) {
      return handler(services, request);
    };
  }

 private:
  Services& services_;
};

}  // namespace sluice::admin
