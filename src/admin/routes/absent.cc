#include "admin/handlers/absent_parts.h"
#include "admin/routes/parts.h"

namespace sluice::admin {

/// What TBMQ has and one node without Kafka and integrations has not.
std::vector<Route> absent_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
      {"GET", "/api/app/cluster-info", kViewer, call(list_nothing)},
      {"GET", "/api/app/cluster-info/v2", kViewer, call(list_nothing)},
      {"GET", "/api/app/kafka-topics", kViewer, call(list_nothing)},
      {"GET", "/api/app/kafka-topics/v2", kViewer, call(list_nothing)},
      {"GET", "/api/app/consumer-groups", kViewer, call(list_nothing)},
      {"GET", "/api/app/consumer-groups/v2", kViewer, call(list_nothing)},
      {"DELETE", "/api/app/consumer-group", kAdmin, call(refuse_kafka)},
      {"DELETE", "/api/app/remove-topics", kAdmin, call(refuse_kafka)},

      {"POST", "/api/app/shared/subs", kAdmin, call(refuse_application_shared)},
      {"GET", "/api/app/shared/subs", kViewer, call(find_application_shared)},
      {"GET", "/api/app/shared/subs/{id}", kViewer, call(find_application_shared)},
      {"DELETE", "/api/app/shared/subs/{id}", kAdmin, call(find_application_shared)},
      {"POST", "/api/app/shared/subs/createTopics", kAdmin, call(refuse_kafka)},
      {"DELETE", "/api/app/shared/subs/deleteTopics", kAdmin, call(refuse_kafka)},

      {"POST", "/api/integration", kAdmin, call(refuse_integration)},
      {"POST", "/api/integration/check", kAdmin, call(refuse_integration)},
      {"GET", "/api/integrations", kViewer, call(list_nothing)},
      {"GET", "/api/integration/{id}", kViewer, call(find_no_integration)},
      {"POST", "/api/integration/{id}", kAdmin, call(find_no_integration)},
      {"DELETE", "/api/integration/{id}", kAdmin, call(find_no_integration)},
      {"GET", "/api/events/{entityId}/{eventType}", kViewer, call(list_nothing)},
      {"POST", "/api/events/{entityId}", kOperator, call(list_nothing)},
      {"POST", "/api/events/{entityId}/clear", kAdmin, call(find_no_integration)},
  };
  // clang-format on
}

}  // namespace sluice::admin
