#include "admin/handlers/unauthorized_clients.h"

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using entities::UnauthorizedClient;

constexpr const char* kEntity = "UNAUTHORIZED_CLIENT";

json::object to_json(const UnauthorizedClient& client) {
  return {{"clientId", client.client_id},
          {"ipAddress", client.ip_address},
          {"ts", client.time},
          {"username", client.username},
          {"passwordProvided", client.password_provided},
          {"tlsUsed", client.tls_used},
          {"reason", client.reason}};
}

std::vector<bool> as_list(std::optional<bool> flag) {
  return flag ? std::vector<bool>{*flag} : std::vector<bool>{};
}

Outcome<entities::UnauthorizedClientFilter> read_filter(const Query& query) {
  const auto with_password = query.flags("passwordProvidedList");
  if (!with_password) return tl::unexpected(with_password.error());
  const auto with_tls = query.flags("tlsUsedList");
  if (!with_tls) return tl::unexpected(with_tls.error());
  return entities::UnauthorizedClientFilter{query.text("clientId"),  query.text("ipAddress"),
                                            query.text("username"),  query.text("reason"),
                                            as_list(*with_password), as_list(*with_tls)};
}

/// So that what was recorded a moment ago is in the answer.
Outcome<void> write_pending(Context& context) {
  if (!context.unauthorized) return {};
  return from_store(context.unauthorized->write_pending(context.store.database(), context.now()));
}

Outcome<void> forget_all(Context& context, Change& change) {
  auto cleared = from_store(context.store.unauthorized_clients().clear(change.transaction()));
  if (!cleared) return tl::unexpected(cleared.error());
  return change.log("DELETE", {kEntity, "", "all", "", ""});
}

Outcome<void> forget_one(Context& context, Change& change, const std::string& client_id) {
  auto removed =
      from_store(context.store.unauthorized_clients().remove(change.transaction(), client_id));
  return removed ? change.log("DELETE", {kEntity, client_id, client_id, "", ""}) : removed;
}

}  // namespace

Outcome<Response> find_unauthorized_clients(Services& services, const Request& request) {
  const std::string* client_id = request.query.find("clientId");
  if (!client_id) return list_unauthorized_clients(services, request);
  if (auto done = write_pending(services.context); !done) return tl::unexpected(done.error());
  const auto client = from_store(services.context.store.unauthorized_clients().find(*client_id));
  if (!client) return tl::unexpected(client.error());
  if (!*client) return not_found("'" + *client_id + "' is not in the list");
  return Response::json(to_json(**client));
}

Outcome<Response> list_unauthorized_clients(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto filter = read_filter(request.query);
  if (!filter) return tl::unexpected(filter.error());
  if (auto done = write_pending(services.context); !done) return tl::unexpected(done.error());
  return page_response(services.context.store.unauthorized_clients().page(*page, *filter), *page,
                       to_json);
}

Outcome<Response> forget_unauthorized_clients(Services& services, const Request& request) {
  Context& context = services.context;
  if (auto done = write_pending(context); !done) return tl::unexpected(done.error());
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const std::string* client_id = request.query.find("clientId");
  auto done = client_id ? forget_one(context, *change, *client_id) : forget_all(context, *change);
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  if (!client_id && context.unauthorized) context.unauthorized->forget_all();
  return Response::empty();
}

}  // namespace sluice::admin
