#include "admin/handlers/api_keys.h"

#include "admin/handlers/json_parts.h"
#include "admin/login/secrets.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kPrefix = "sluice_";  // so that scanners for leaked secrets find it
constexpr std::int64_t kLatest = std::int64_t{1} << 53;

json::object key_to_json(const entities::ApiKey& key) {
  return {{"id", key.id},
          {"createdTime", key.created},
          {"name", key.name},
          {"role", entities::to_string(key.role)},
          {"expirationTime", key.expires},
          {"lastUsedTime", key.last_used},
          {"createdBy", key.created_by}};
}

}  // namespace

Outcome<Response> create_api_key(Services& services, const Request& request) {
  Context& context = services.context;
  Fields fields(request.body);
  entities::ApiKey draft;
  draft.name = fields.required_text("name");
  draft.expires = fields.number("expirationTime", 0, kLatest, 0);
  const auto role = entities::parse_role(fields.required_text("role"));
  if (!role) fields.complain("role", "has to be ADMIN, OPERATOR or VIEWER");
  if (draft.expires != 0 && draft.expires <= context.now()) {
    fields.complain("expirationTime", "is over already");
  }
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  const std::string secret = std::string(kPrefix) + random_text(kKeyBytes);
  draft.role = *role;
  draft.hash = sha256(secret);
  draft.created_by = request.caller.who;

  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto key = from_store(
      context.store.api_keys().create(change->transaction(), std::move(draft), context.now()));
  if (!key) return tl::unexpected(key.error());
  json::object shown = key_to_json(*key);
  auto done = change->log("CREATE", {"API_KEY", key->id, key->name, "", json::serialize(shown)});
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  shown["secret"] = secret;
  return Response::json(shown);
}

Outcome<Response> list_api_keys(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  return page_response(services.context.store.api_keys().page(*page), *page, key_to_json);
}

Outcome<Response> get_api_key(Services& services, const Request& request) {
  const auto key = from_store(services.context.store.api_keys().get(request.param("id")));
  if (!key) return tl::unexpected(key.error());
  return Response::json(key_to_json(*key));
}

Outcome<Response> delete_api_key(Services& services, const Request& request) {
  entities::ApiKeys& keys = services.context.store.api_keys();
  const auto key = from_store(keys.get(request.param("id")));
  if (!key) return tl::unexpected(key.error());
  auto change = Change::begin(services.context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = from_store(keys.remove(change->transaction(), key->id));
  if (done) {
    done = change->log("DELETE",
                       {"API_KEY", key->id, key->name, json::serialize(key_to_json(*key)), ""});
  }
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::empty();
}

}  // namespace sluice::admin
