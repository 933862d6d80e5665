#include "admin/routes/parts.h"

namespace sluice::admin {

/// Statistics, history, live push, topic tree, trace, metrics, health.
std::vector<Route> monitoring_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
  };
  // clang-format on
}

}  // namespace sluice::admin
