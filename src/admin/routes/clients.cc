#include "admin/handlers/unauthorized_clients.h"
#include "admin/routes/parts.h"

namespace sluice::admin {

/// Sessions, subscriptions, retained messages, queues, publishing, saved connections.
std::vector<Route> client_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
      {"DELETE", "/api/client-session/disconnect", kOperator, call(disconnect_client)},
  };
  // clang-format on
}

}  // namespace sluice::admin
