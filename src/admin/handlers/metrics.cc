#include "admin/handlers/metrics.h"

#include "telemetry/broker_metrics.h"

namespace sluice::admin {
namespace {

std::string protocol_of(const config::ListenerSettings& listener) {
  const bool is_websocket = listener.scheme == config::Scheme::WebSocket;
  return std::string(is_websocket ? "ws" : "mqtt") + (listener.is_tls ? "s" : "");
}

void add_node(telemetry::BrokerFacts& facts, Node& node) {
  facts.version = node.version();
  for (const ListenerFacts& listener : node.listeners()) {
    facts.listeners.push_back(
        {listener.settings.url(), protocol_of(listener.settings), listener.connections});
  }
  facts.node = node.facts();
}

void add_monitoring(telemetry::BrokerFacts& facts, const Services& services) {
  const Monitoring& monitoring = services.monitoring;
  facts.observing = {services.events.streams(),          services.events.streams_dropped(),
                     monitoring.topics.size(),           monitoring.topics.forgotten(),
                     monitoring.collector.events_lost(), monitoring.collector.trace_lost(),
                     monitoring.recorder.failures()};
}

}  // namespace

Outcome<Response> get_metrics(Services& services, const Request&) {
  telemetry::BrokerFacts facts;
  if (BrokerView* const view = services.context.view) {
    facts.counters = view->counters();
    facts.sessions = services.monitoring.session_totals.get(
        [view] { return view->total_sessions(); }, services.context.clock.monotonic);
  }
  if (services.context.node) add_node(facts, *services.context.node);
  add_monitoring(facts, services);
  facts.process = telemetry::read_process_facts();
  Response response;
  response.body = telemetry::write_metrics(telemetry::make_metrics(facts));
  response.content_type = telemetry::kMetricsContentType;
  return response;
}

Outcome<Response> list_recent_counters(Services& services, const Request&) {
  boost::json::array all;
  for (const SecondOfCounters& second : services.monitoring.collector.seconds()) {
    all.push_back(second_to_json(second));
  }
  return Response::json(std::move(all));
}

}  // namespace sluice::admin
