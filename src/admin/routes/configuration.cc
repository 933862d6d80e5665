#include "admin/routes/parts.h"

namespace sluice::admin {

/// Settings of the process: shown, compared, loaded anew.
std::vector<Route> configuration_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
  };
  // clang-format on
}

}  // namespace sluice::admin
