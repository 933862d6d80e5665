#include "admin/handlers/sessions.h"

#include "admin/change.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/session_json.h"
#include "admin/handlers/session_query.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr const char* kEntity = "CLIENT_SESSION";

Outcome<broker::SessionDetails> find_named(Services& services, const Query& query) {
  const auto client_id = query.required("clientId");
  if (!client_id) return tl::unexpected(client_id.error());
  auto session = services.context.view->find_session(*client_id);
  if (!session) return not_found("'" + *client_id + "' has no Session");
  return std::move(*session);
}

/// The Session that somebody has seen in a list; it may have been replaced since.
Outcome<broker::SessionSummary> find_same(Services& services, const Query& query) {
  auto session = find_named(services, query);
  if (!session) return tl::unexpected(session.error());
  const std::string* id = query.find("sessionId");
  if (id && *id != session->summary.id) {
    return not_found("'" + session->summary.client_id + "' has another Session by now");
  }
  return std::move(session->summary);
}

json::value credentials_name(Context& context, const std::string& id) {
  if (id.empty()) return nullptr;
  const auto credentials = context.store.credentials().get(id);
  return credentials ? json::value(credentials->value.name) : nullptr;
}

Outcome<Response> find_session(Services& services, const Request& request) {
  const auto session = find_named(services, request.query);
  if (!session) return tl::unexpected(session.error());
  return Response::json(session_to_json(*session, services.context.node->id()));
}

}  // namespace

Outcome<Response> find_sessions(Services& services, const Request& request) {
  return request.query.has("clientId") ? find_session(services, request)
                                       : list_sessions(services, request);
}

Outcome<Response> list_sessions(Services& services, const Request& request) {
  const std::string node_id = services.context.node->id();
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto order = read_session_order(*page);
  if (!order) return tl::unexpected(order.error());
  auto filter = read_session_filter(request.query, node_id);
  if (!filter) return tl::unexpected(filter.error());
  broker::Excerpt<broker::SessionSummary> found;
  if (*filter) {
    found = services.context.view->list_sessions(
        {std::move(**filter), *order, is_descending(*page), slice_of(*page)});
  }
  return Response::json(page_to_json(
      found, *page, [&node_id](const auto& session) { return session_to_json(session, node_id); }));
}

Outcome<Response> count_sessions(Services& services, const Request&) {
  const broker::SessionCounts counts = services.context.view->count_sessions();
  return Response::json(json::object{{"connectedCount", counts.connected},
                                     {"disconnectedCount", counts.disconnected},
                                     {"totalCount", counts.connected + counts.disconnected}});
}

Outcome<Response> get_session_details(Services& services, const Request& request) {
  const auto session = find_named(services, request.query);
  if (!session) return tl::unexpected(session.error());
  return Response::json(
      json::object{{"credentialsName", credentials_name(services.context, session->credentials_id)},
                   {"mqttVersion", version_to_json(session->protocol_version)},
                   {"authProvider", session->provider.empty() ? json::value(nullptr)
                                                              : json::value(session->provider)}});
}

Outcome<Response> disconnect_session(Services& services, const Request& request) {
  const auto session = find_same(services, request.query);
  if (!session) return tl::unexpected(session.error());
  const std::string& client_id = session->client_id;
  if (!session->is_connected) return not_found("'" + client_id + "' is not connected");
  const auto recorded = record(services.context, request.caller, "DISCONNECT",
                               {kEntity, session->id, client_id, "", ""});
  if (!recorded) return tl::unexpected(recorded.error());
  if (services.context.view->disconnect({client_id}) == 0) {
    return not_found("'" + client_id + "' is not connected");
  }
  return Response::empty();
}

Outcome<Response> remove_session(Services& services, const Request& request) {
  const auto session = find_same(services, request.query);
  if (!session) return tl::unexpected(session.error());
  const auto recorded = record(services.context, request.caller, "DELETE",
                               {kEntity, session->id, session->client_id, "", ""});
  if (!recorded) return tl::unexpected(recorded.error());
  if (services.context.view->remove_sessions({session->client_id}) == 0) {
    return not_found("'" + session->client_id + "' has no Session");
  }
  return Response::empty();
}

}  // namespace sluice::admin
