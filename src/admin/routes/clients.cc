#include "admin/handlers/backup.h"
#include "admin/handlers/device_connectivity.h"
#include "admin/handlers/home.h"
#include "admin/handlers/jobs.h"
#include "admin/handlers/publish.h"
#include "admin/handlers/queues.h"
#include "admin/handlers/retained_messages.h"
#include "admin/handlers/sessions.h"
#include "admin/handlers/subscriptions.h"
#include "admin/handlers/websocket_clients.h"
#include "admin/routes/parts.h"

namespace sluice::admin {

/// Sessions, subscriptions, retained messages, queues, publishing, saved connections.
std::vector<Route> client_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
      {"GET", "/api/client-session", kViewer, call(find_sessions)},
      {"GET", "/api/v2/client-session", kViewer, call(list_sessions)},
      {"GET", "/api/client-session/info", kViewer, call(count_sessions)},
      {"GET", "/api/client-session/details", kViewer, call(get_session_details)},
      {"DELETE", "/api/client-session/disconnect", kOperator, call(disconnect_session)},
      {"DELETE", "/api/client-session/remove", kOperator, call(remove_session)},
      {"GET", "/api/client-session/queue", kViewer, call(show_queue)},
      {"DELETE", "/api/client-session/queue", kOperator, call(purge_queue)},

      {"POST", "/api/subscription", kOperator, call(replace_subscriptions)},
      {"GET", "/api/subscription", kViewer, call(find_subscriptions)},
      {"GET", "/api/subscription/all", kViewer, call(list_subscriptions)},
      {"GET", "/api/subscription/integration", kViewer, call(list_integration_subscriptions)},
      {"DELETE", "/api/subscription/topic-trie/clear", kOperator, call(clear_index)},

      {"GET", "/api/retained-msg", kViewer, call(find_retained)},
      {"GET", "/api/retained-msg/v2", kViewer, call(list_retained)},
      {"DELETE", "/api/retained-msg", kOperator, call(delete_retained)},
      {"DELETE", "/api/retained-msg/topic-trie/clear", kOperator, call(clear_index)},

      {"POST", "/api/mqtt/publish", kOperator, call(publish), true},
      {"POST", "/api/mqtt/publish/bulk", kOperator, call(publish_many), true},

      {"POST", "/api/jobs", kOperator, call(start_job)},
      {"GET", "/api/jobs", kViewer, call(list_jobs)},
      {"GET", "/api/jobs/{id}", kViewer, call(get_job)},
      {"POST", "/api/jobs/{id}/cancel", kOperator, call(cancel_job)},
      {"DELETE", "/api/jobs/{id}", kOperator, call(forget_job)},

      {"GET", "/api/app/config", kViewer, call(get_home_config)},
      {"GET", "/api/app/listener/port", kViewer, call(get_listener_port)},
      {"GET", "/api/app/brokers", kViewer, call(list_brokers)},
      {"GET", "/api/app/service/info", kViewer, call(list_services)},
      {"DELETE", "/api/app/service/info", kAdmin, call(forget_service)},
      {"GET", "/api/backup", kAdmin, call(download_backup)},
      {"GET", "/api/system/info", kViewer, call(get_system_info)},
      {"GET", "/api/device-connectivity/mqtts/certificate/configured", kViewer, call(is_certificate_configured)},
      {"GET", "/api/device-connectivity/mqtts/certificate/name", kViewer, call(get_certificate_name)},
      {"GET", "/api/device-connectivity/mqtts/certificate/download", kViewer, call(download_certificate)},

      {"POST", "/api/ws/connection", kOperator, call(save_websocket_connection)},
      {"GET", "/api/ws/connection", kViewer, call(find_websocket_connections)},
      {"GET", "/api/ws/connection/{id}", kViewer, call(get_websocket_connection)},
      {"DELETE", "/api/ws/connection/{id}", kOperator, call(delete_websocket_connection)},
      {"POST", "/api/ws/subscription", kOperator, call(save_websocket_subscription)},
      {"GET", "/api/ws/subscription", kViewer, call(list_websocket_subscriptions)},
      {"GET", "/api/ws/subscription/{id}", kViewer, call(get_websocket_subscription)},
      {"DELETE", "/api/ws/subscription/{id}", kOperator, call(delete_websocket_subscription)},
  };
  // clang-format on
}

}  // namespace sluice::admin
