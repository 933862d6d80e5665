#include "admin/handlers/configuration.h"
#include "admin/routes/parts.h"

namespace sluice::admin {

/// Settings of the process: shown, compared, loaded anew.
std::vector<Route> configuration_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
      {"GET", "/api/configuration", kViewer, call(show_configuration)},
      {"GET", "/api/configuration/diff", kViewer, call(compare_configuration)},
      {"POST", "/api/configuration/reload", kAdmin, call(reload_configuration)},
      {"POST", "/api/configuration/logLevel", kAdmin, call(set_log_level)},
  };
  // clang-format on
}

}  // namespace sluice::admin
