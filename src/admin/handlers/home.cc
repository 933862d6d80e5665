#include "admin/handlers/home.h"

#include "admin/handlers/json_parts.h"
#include "admin/handlers/listener_kinds.h"
#include "admin/handlers/machine_facts.h"
#include "admin/http/list_query.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using auth::ProviderType;

constexpr int kStatisticsInterval = 1;  // minutes

std::string_view member_of(ProviderType type) {
  switch (type) {
    case ProviderType::Basic:
      return "basicAuthEnabled";
    case ProviderType::X509:
      return "x509AuthEnabled";
    case ProviderType::Scram:
      return "scramAuthEnabled";
    case ProviderType::Jwt:
      return "jwtAuthEnabled";
    case ProviderType::Http:
      return "httpAuthEnabled";
    case ProviderType::None:
      break;
  }
  return "";
}

Outcome<void> add_providers(entities::AdminStore& store, json::object& shown) {
  const auto providers = from_store(store.providers().all());
  if (!providers) return tl::unexpected(providers.error());
  for (const auto& provider : *providers) shown[member_of(provider.type)] = provider.enabled;
  const auto counts = from_store(store.credentials().counts());
  if (!counts) return tl::unexpected(counts.error());
  shown["existsBasicCredentials"] = counts->basic > 0;
  shown["existsX509Credentials"] = counts->x509 > 0;
  shown["existsScramCredentials"] = counts->scram > 0;
  return {};
}

/// A listener that is not there has port 0.
void add_listeners(Node& node, json::object& shown) {
  const auto listeners = node.listeners();
  const std::uint32_t packet_size_max = node.settings().mqtt.packet_size_max;
  for (const ListenerKind& kind : kListenerKinds) {
    const auto listener = find_listener(listeners, kind);
    const std::string prefix(kind.prefix);
    shown[prefix + "Port"] = listener ? listener->port : 0;
    shown[prefix + "ListenerEnabled"] = listener.has_value();
    shown[prefix + "MaxPayloadSize"] = packet_size_max;
  }
}

json::object to_json(const MachineFacts& facts, const ProcessorLoad& load) {
  return {{"cpuUsage", load.percent()},          {"cpuCount", facts.cpu_count},
          {"memoryUsage", facts.memory_percent}, {"totalMemory", facts.memory_bytes},
          {"diskUsage", facts.disk_percent},     {"totalDiskSpace", facts.disk_bytes}};
}

}  // namespace

Outcome<Response> get_home_config(Services& services, const Request&) {
  json::object shown;
  if (auto done = add_providers(services.context.store, shown); !done) {
    return tl::unexpected(done.error());
  }
  add_listeners(*services.context.node, shown);
  shown["allowKafkaTopicDeletion"] = false;
  shown["statsCollectionInterval"] = kStatisticsInterval;
  return Response::json(shown);
}

Outcome<Response> get_listener_port(Services& services, const Request& request) {
  const auto name = request.query.required("listenerName");
  if (!name) return tl::unexpected(name.error());
  for (const ListenerKind& kind : kListenerKinds) {
    if (kind.name != *name) continue;
    const auto listener = find_listener(services.context.node->listeners(), kind);
    if (!listener) return not_found("There is no listener of the kind " + *name);
    return Response::json(listener->port);
  }
  return bad_request("'" + *name + "' is no value for 'listenerName'");
}

Outcome<Response> list_brokers(Services& services, const Request&) {
  return Response::json(json::array{services.context.node->id()});
}

Outcome<Response> list_services(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  Node& node = *services.context.node;
  json::object shown =
      to_json(read_machine_facts(node.settings().data_dir), services.monitoring.processor_load);
  shown["serviceId"] = node.id();
  shown["serviceType"] = "TBMQ";
  shown["lastUpdateTime"] = services.context.now();
  shown["status"] = "ACTIVE";
  const std::vector<json::object> all{std::move(shown)};
  return Response::json(
      page_of_all(all, *page, [](const json::object& service) { return service; }));
}

Outcome<Response> forget_service(Services& services, const Request& request) {
  const auto id = request.query.required("serviceId");
  if (!id) return tl::unexpected(id.error());
  if (*id != services.context.node->id()) return not_found("There is no service '" + *id + "'");
  return bad_request("'" + *id + "' is this node, which is running");
}

Outcome<Response> get_system_info(Services& services, const Request&) {
  return Response::json(json::object{{"version", services.context.node->version()},
                                     {"newestVersion", nullptr},
                                     {"artifact", "sluice"},
                                     {"name", "Sluice"}});
}

}  // namespace sluice::admin
