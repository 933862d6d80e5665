#include "admin/handlers/credentials.h"

#include "admin/broker_state.h"
#include "admin/handlers/credentials_json.h"
#include "admin/handlers/json_parts.h"
#include "providers/password_hash.h"
#include "providers/scram_keys.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using entities::ClientCredentials;

constexpr const char* kEntity = "MQTT_CLIENT_CREDENTIALS";

std::string log_text(const ClientCredentials& credentials) {
  return json::serialize(credentials_to_json(credentials));
}

Outcome<std::string> hash_password(const Context& context, const std::string& password) {
  auto hash = providers::hash_password(password, context.auth.password_cost);
  if (!hash) return bad_request("'password': " + hash.error().what);
  return std::move(*hash);
}

Outcome<void> set_scram_keys(auth::ScramCredentials& scram, const std::string& password) {
  auto keys = providers::make_scram_credentials(scram.username, password, scram.algorithm);
  if (!keys) return bad_request("'password': " + keys.error().what);
  keys->rules = std::move(scram.rules);
  scram = std::move(*keys);
  return {};
}

/// What is kept in place of the password.
Outcome<void> set_secrets(const Context& context, CredentialsDraft& draft) {
  if (!draft.password) return {};
  auth::Credentials& value = draft.credentials.value;
  if (value.scram) return set_scram_keys(*value.scram, *draft.password);
  if (!value.basic) return {};
  // An update by somebody who did not read the answer to the last would set a password unnoticed.
  if (!value.id.empty()) {
    return bad_request(
        "The password of credentials that are there is changed by "
        "POST /api/mqtt/client/credentials/{id}");
  }
  auto hash = hash_password(context, *draft.password);
  if (!hash) return tl::unexpected(hash.error());
  value.basic->password_hash = std::move(*hash);
  return {};
}

Outcome<Response> create(Context& context, const Request& request, ClientCredentials draft) {
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto made = from_store(
      context.store.credentials().create(change->transaction(), std::move(draft), context.now()));
  if (!made) return tl::unexpected(made.error());
  auto done =
      change->log("CREATE", {kEntity, made->value.id, made->value.name, "", log_text(*made)});
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  return Response::json(credentials_to_json(*made));
}

Outcome<Response> update(Context& context, const Request& request, ClientCredentials draft) {
  const auto before = from_store(context.store.credentials().get(draft.value.id));
  if (!before) return tl::unexpected(before.error());
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto after =
      from_store(context.store.credentials().update(change->transaction(), std::move(draft)));
  if (!after) return tl::unexpected(after.error());
  auto done = change->log(
      "UPDATE", {kEntity, after->value.id, after->value.name, log_text(*before), log_text(*after)});
  if (done) done = change->commit();
  if (done) done = publish_credentials(context, before->value, after->value);
  if (!done) return tl::unexpected(done.error());
  return Response::json(credentials_to_json(*after));
}

Outcome<entities::CredentialsFilter> read_filter(const Query& query) {
  auto client_types = read_choices(query, "clientTypeList", entities::parse_client_type);
  if (!client_types) return tl::unexpected(client_types.error());
  auto types = read_choices(query, "credentialsTypeList", entities::parse_credentials_type);
  if (!types) return tl::unexpected(types.error());
  return entities::CredentialsFilter{std::move(*client_types), std::move(*types),
                                     query.text("username"), query.text("clientId"),
                                     query.text("certificateCn")};
}

json::object losses_to_json(const Losses& losses) {
  json::array clients;
  for (const Loss& loss : losses.clients) {
    json::array filters;
    for (const std::string& filter : loss.filters) filters.push_back(text_json(filter));
    clients.push_back(json::object{{"clientId", loss.client_id}, {"topicFilters", filters}});
  }
  return {{"checkedClients", losses.checked},
          {"affectedClients", losses.affected},
          {"clients", std::move(clients)}};
}

}  // namespace

Outcome<void> publish_credentials(Context& context, const auth::Credentials& before,
                                  const auth::Credentials& after) {
  context.broker.forget_password(after.id);
  auth::CredentialsChange change;
  change.credentials_id = after.id;
  if (entities::key_of(before) != entities::key_of(after) ||
      before.client_type != after.client_type) {
    // Who came in by the old form has to show that it still belongs, and as what.
    change.kind = auth::CredentialsChange::Kind::Gone;
  } else {
    auto rules = from_store(make_rule_book(after));
    if (!rules) return tl::unexpected(rules.error());
    change.kind = auth::CredentialsChange::Kind::Rules;
    change.rules = std::move(*rules);
  }
  context.broker.apply(change);
  return {};
}

Outcome<Response> save_credentials(Services& services, const Request& request) {
  auto draft = read_credentials(request.body);
  if (!draft) return tl::unexpected(draft.error());
  if (auto set = set_secrets(services.context, *draft); !set) return tl::unexpected(set.error());
  return draft->credentials.value.id.empty()
             ? create(services.context, request, std::move(draft->credentials))
             : update(services.context, request, std::move(draft->credentials));
}

Outcome<Response> find_credentials(Services& services, const Request& request) {
  const std::string* name = request.query.find("name");
  if (!name) return list_credentials(services, request);
  const auto found = from_store(services.context.store.credentials().find_by_name(*name));
  if (!found) return tl::unexpected(found.error());
  if (!*found) return not_found("There are no credentials named '" + *name + "'");
  return Response::json(credentials_to_json(**found));
}

Outcome<Response> list_credentials(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto filter = read_filter(request.query);
  if (!filter) return tl::unexpected(filter.error());
  return page_response(services.context.store.credentials().page(*page, *filter), *page,
                       short_credentials_to_json);
}

Outcome<Response> get_credentials(Services& services, const Request& request) {
  const auto found = from_store(services.context.store.credentials().get(request.param("id")));
  if (!found) return tl::unexpected(found.error());
  return Response::json(credentials_to_json(*found));
}

Outcome<Response> count_credentials(Services& services, const Request&) {
  const auto counts = from_store(services.context.store.credentials().counts());
  if (!counts) return tl::unexpected(counts.error());
  return Response::json(json::object{{"deviceCredentialsCount", counts->devices},
                                     {"applicationCredentialsCount", counts->applications},
                                     {"totalCount", counts->total()}});
}

Outcome<Response> change_client_password(Services& services, const Request& request) {
  Context& context = services.context;
  Fields fields(request.body);
  const auto current = fields.optional_text("currentPassword");
  const std::string next = fields.required_text("newPassword");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  entities::CredentialsStore& store = context.store.credentials();
  auto credentials = from_store(store.get(request.param("id")));
  if (!credentials) return tl::unexpected(credentials.error());
  auth::Credentials& value = credentials->value;
  if (!value.basic) return bad_request("Only credentials of type MQTT_BASIC have such a password");
  if (current && !providers::verify_password(*current, value.basic->password_hash)) {
    return bad_request("The current password is wrong");
  }
  auto hash = hash_password(context, next);
  if (!hash) return tl::unexpected(hash.error());

  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = from_store(store.set_password(change->transaction(), value.id, std::move(*hash)));
  if (done) done = change->log("CHANGE_PASSWORD", {kEntity, value.id, value.name, "", ""});
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  context.broker.forget_password(value.id);
  return Response::json(credentials_to_json(*credentials));
}

Outcome<Response> delete_credentials(Services& services, const Request& request) {
  Context& context = services.context;
  const auto credentials = from_store(context.store.credentials().get(request.param("id")));
  if (!credentials) return tl::unexpected(credentials.error());
  const auth::Credentials& value = credentials->value;
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = from_store(context.store.credentials().remove(change->transaction(), value.id));
  if (done)
    done = change->log("DELETE", {kEntity, value.id, value.name, log_text(*credentials), ""});
  if (done) done = change->commit();
  if (!done) return tl::unexpected(done.error());
  context.broker.forget_password(value.id);
  auth::CredentialsChange gone;
  gone.kind = auth::CredentialsChange::Kind::Gone;
  gone.credentials_id = value.id;
  context.broker.apply(gone);
  return Response::empty();
}

Outcome<Response> try_credentials(Services& services, const Request& request) {
  Context& context = services.context;
  Fields fields(request.body);
  const std::string id = fields.required_text("id");
  const bool would_delete = !fields.has("credentialsValue");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  const auto kept = from_store(context.store.credentials().get(id));
  if (!kept) return tl::unexpected(kept.error());
  std::shared_ptr<const auth::RuleBook> rules;
  if (!would_delete) {
    const auto draft = read_credentials(request.body);
    if (!draft) return tl::unexpected(draft.error());
    auto book = from_store(make_rule_book(draft->credentials.value));
    if (!book) return tl::unexpected(book.error());
    rules = std::move(*book);
  }
  return Response::json(
      losses_to_json(context.broker.find_losses(id, rules, context.settings.page_max)));
}

}  // namespace sluice::admin
