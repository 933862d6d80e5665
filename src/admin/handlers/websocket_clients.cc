#include "admin/handlers/websocket_clients.h"

#include "admin/change.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/websocket_json.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using entities::WebSocketConnection;
using entities::WebSocketSubscription;

constexpr const char* kConnection = "WS_CONNECTION";
constexpr const char* kSubscription = "WS_SUBSCRIPTION";

const std::string& owner_of(const Request& request) {
  const Caller& caller = request.caller;
  return caller.user_id.empty() ? caller.who : caller.user_id;
}

const char* action_of(const std::string& id) {
  return id.empty() ? "CREATE" : "UPDATE";
}

/// A subscription whose connection is the caller's own.
Outcome<WebSocketSubscription> get_own_subscription(Services& services, const Request& request,
                                                    const std::string& id) {
  auto subscription = from_store(services.context.store.websocket_subscriptions().get(id));
  if (!subscription) return subscription;
  const auto connection = services.context.store.websocket_connections().get(
      owner_of(request), subscription->connection_id);
  if (!connection) return not_found("The subscription '" + id + "' does not exist");
  return subscription;
}

}  // namespace

Outcome<Response> save_websocket_connection(Services& services, const Request& request) {
  Context& context = services.context;
  auto draft = read_websocket_connection(request.body);
  if (!draft) return tl::unexpected(draft.error());
  const std::string action = action_of(draft->id);
  draft->owner = owner_of(request);
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto saved = from_store(context.store.websocket_connections().save(
      change->transaction(), std::move(*draft), context.now()));
  if (!saved) return tl::unexpected(saved.error());
  const json::object shown = to_json(*saved);
  auto done =
      change->log(action, {kConnection, saved->id, saved->name, "", json::serialize(shown)});
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::json(shown);
}

Outcome<Response> find_websocket_connections(Services& services, const Request& request) {
  auto& store = services.context.store.websocket_connections();
  if (const std::string* name = request.query.find("name")) {
    const auto connection = from_store(store.get_by_name(owner_of(request), *name));
    if (!connection) return tl::unexpected(connection.error());
    return Response::json(to_json(*connection));
  }
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  return page_response(store.page(owner_of(request), *page), *page, to_short_json);
}

Outcome<Response> get_websocket_connection(Services& services, const Request& request) {
  const auto connection = from_store(
      services.context.store.websocket_connections().get(owner_of(request), request.param("id")));
  if (!connection) return tl::unexpected(connection.error());
  return Response::json(to_json(*connection));
}

Outcome<Response> delete_websocket_connection(Services& services, const Request& request) {
  Context& context = services.context;
  auto& store = context.store.websocket_connections();
  const auto before = from_store(store.get(owner_of(request), request.param("id")));
  if (!before) return tl::unexpected(before.error());
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = from_store(store.remove(change->transaction(), before->owner, before->id));
  if (done) {
    done = change->log(
        "DELETE", {kConnection, before->id, before->name, json::serialize(to_json(*before)), ""});
  }
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::empty();
}

Outcome<Response> save_websocket_subscription(Services& services, const Request& request) {
  Context& context = services.context;
  auto draft = read_websocket_subscription(request.body);
  if (!draft) return tl::unexpected(draft.error());
  const auto connection = from_store(
      context.store.websocket_connections().get(owner_of(request), draft->connection_id));
  if (!connection) return tl::unexpected(connection.error());
  const std::string action = action_of(draft->id);
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto saved = from_store(context.store.websocket_subscriptions().save(
      change->transaction(), std::move(*draft), context.now()));
  if (!saved) return tl::unexpected(saved.error());
  const json::object shown = to_json(*saved);
  auto done =
      change->log(action, {kSubscription, saved->id, connection->name, "", json::serialize(shown)});
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::json(shown);
}

Outcome<Response> list_websocket_subscriptions(Services& services, const Request& request) {
  const auto id = request.query.required("webSocketConnectionId");
  if (!id) return tl::unexpected(id.error());
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto connection =
      from_store(services.context.store.websocket_connections().get(owner_of(request), *id));
  if (!connection) return tl::unexpected(connection.error());
  return page_response(
      services.context.store.websocket_subscriptions().page(*id, *page), *page,
      [](const WebSocketSubscription& subscription) { return to_json(subscription); });
}

Outcome<Response> get_websocket_subscription(Services& services, const Request& request) {
  const auto subscription = get_own_subscription(services, request, request.param("id"));
  if (!subscription) return tl::unexpected(subscription.error());
  return Response::json(to_json(*subscription));
}

Outcome<Response> delete_websocket_subscription(Services& services, const Request& request) {
  Context& context = services.context;
  const auto before = get_own_subscription(services, request, request.param("id"));
  if (!before) return tl::unexpected(before.error());
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done =
      from_store(context.store.websocket_subscriptions().remove(change->transaction(), before->id));
  if (done) {
    done = change->log("DELETE",
                       {kSubscription, before->id, "", json::serialize(to_json(*before)), ""});
  }
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::empty();
}

}  // namespace sluice::admin
