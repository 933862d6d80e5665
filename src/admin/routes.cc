#include "admin/routes.h"

#include "admin/routes/parts.h"

namespace sluice::admin {

std::vector<Route> make_routes(Services& services) {
  std::vector<Route> all;
  for (auto* part : {entity_routes, client_routes, absent_routes, document_routes,
                     monitoring_routes, configuration_routes}) {
    for (Route& route : part(services)) all.push_back(std::move(route));
  }
  return all;
}

}  // namespace sluice::admin
