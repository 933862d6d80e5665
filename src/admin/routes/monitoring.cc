#include "admin/handlers/explanations.h"
#include "admin/handlers/health.h"
#include "admin/handlers/metrics.h"
#include "admin/handlers/streams.h"
#include "admin/handlers/timeseries.h"
#include "admin/handlers/topics.h"
#include "admin/handlers/traces.h"
#include "admin/routes/parts.h"

namespace sluice::admin {
namespace {

/// For machines that ask again and again, and have no token.
Route probe(std::string_view path, Handler handler, std::optional<Role> needs = kOpen) {
  return {.method = "GET",
          .pattern = path,
          .needs = needs,
          .handler = std::move(handler),
          .is_probe = true};
}

}  // namespace

/// Statistics, history, live push, topic tree, trace, metrics, health.
std::vector<Route> monitoring_routes(Services& services) {
  const RouteMaker call(services);
  const std::optional<Role> of_metrics =
      services.context.settings.metrics_public ? std::optional<Role>(kOpen) : kViewer;
  // clang-format off
  return {
      probe("/livez", call(get_livez)),
      probe("/readyz", call(get_readyz)),
      probe("/startupz", call(get_startupz)),
      probe("/actuator/health", call(get_actuator_health)),
      probe("/actuator/info", call(get_actuator_info)),
      probe("/metrics", call(get_metrics), of_metrics),
      probe("/actuator/prometheus", call(get_metrics), of_metrics),

      {"GET", "/api/timeseries/latest", kViewer, call(get_latest_values)},
      {"DELETE", "/api/timeseries/latest", kAdmin, call(delete_latest_values)},
      {"GET", "/api/timeseries/{entityId}/values", kViewer, call(get_values)},
      {"POST", "/api/timeseries/{entityId}/save", kAdmin, call(save_values)},
      {"DELETE", "/api/timeseries/{entityId}/delete", kAdmin, call(delete_values)},

      {"GET", "/api/stream", kViewer, call(follow_events), false, false, true},
      {"POST", "/api/stream/ticket", kViewer, call(issue_stream_ticket)},
      {"GET", "/api/stream/recent", kViewer, call(list_recent_counters)},

      {"GET", "/api/topics", kViewer, call(list_topics)},
      {"DELETE", "/api/topics", kOperator, call(clear_topics)},
      {"GET", "/api/topics/search", kViewer, call(search_topics)},
      {"GET", "/api/topics/topic", kViewer, call(get_topic)},
      {"GET", "/api/topics/watch", kViewer, call(get_topic_watch)},
      {"POST", "/api/topics/watch", kOperator, call(watch_topics)},

      {"POST", "/api/trace", kOperator, call(start_trace)},
      {"GET", "/api/trace", kViewer, call(list_traces)},
      {"GET", "/api/trace/{id}", kViewer, call(get_trace)},
      {"GET", "/api/trace/{id}/records", kViewer, call(list_trace_records)},
      {"GET", "/api/trace/{id}/file", kViewer, call(download_trace)},
      {"DELETE", "/api/trace/{id}", kOperator, call(delete_trace)},

      {"GET", "/api/explain", kViewer, call(explain_delivery)},
      {"GET", "/api/drops", kViewer, call(list_drops)},
      {"GET", "/api/slow-subscribers", kViewer, call(list_slow_subscribers)},
  };
  // clang-format on
}

}  // namespace sluice::admin
