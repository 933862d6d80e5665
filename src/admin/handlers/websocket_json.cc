#include "admin/handlers/websocket_json.h"

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

std::string without_password(const json::value& configuration) {
  json::object kept = configuration.as_object();
  kept.erase("password");
  return json::serialize(kept);
}

void check_connection(Fields configuration) {
  (void)configuration.required_text("url");
  (void)configuration.flag("cleanStart", true);
  (void)configuration.number("mqttVersion", 3, 5, 5);
  (void)configuration.number("keepAlive", 0, 65'535, 0);
  Fields will = configuration.object("lastWillMsg");
  (void)will.text("topic");
  (void)will.number("qos", 0, 2, 0);
}

void check_subscription(Fields configuration) {
  (void)configuration.required_text("topicFilter");
  (void)configuration.number("qos", 0, 2, 0);
  Fields options = configuration.object("options");
  (void)options.flag("noLocal", false);
  (void)options.flag("retainAsPublish", false);
}

}  // namespace

json::object to_json(const entities::WebSocketConnection& connection) {
  return {{"id", connection.id},
          {"createdTime", connection.created},
          {"name", connection.name},
          {"userId", connection.owner},
          {"configuration", stored_json(connection.configuration)}};
}

json::object to_short_json(const entities::WebSocketConnection& connection) {
  return {{"id", connection.id}, {"name", connection.name}, {"clientId", connection.client_id}};
}

json::object to_json(const entities::WebSocketSubscription& subscription) {
  return {{"id", subscription.id},
          {"createdTime", subscription.created},
          {"webSocketConnectionId", subscription.connection_id},
          {"configuration", stored_json(subscription.configuration)}};
}

Outcome<entities::WebSocketConnection> read_websocket_connection(const json::value& body) {
  Fields fields(body);
  entities::WebSocketConnection connection;
  connection.id = fields.text("id");
  connection.name = fields.required_text("name");
  connection.client_id = fields.object("configuration").required_text("clientId");
  check_connection(fields.object("configuration"));
  (void)fields.raw("configuration");  // its size
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  connection.configuration = without_password(*fields.find("configuration"));
  return connection;
}

Outcome<entities::WebSocketSubscription> read_websocket_subscription(const json::value& body) {
  Fields fields(body);
  entities::WebSocketSubscription subscription;
  subscription.id = fields.text("id");
  subscription.connection_id = fields.required_text("webSocketConnectionId");
  check_subscription(fields.object("configuration"));
  subscription.configuration = fields.raw("configuration");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return subscription;
}

}  // namespace sluice::admin
