#include "admin/handlers/providers.h"

#include "admin/broker_state.h"
#include "admin/handlers/http_check.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/provider_json.h"
#include "entities/provider_configuration.h"
#include "entities/secrets.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

std::string log_text(const entities::AuthProvider& provider) {
  return json::serialize(provider_to_json(provider));
}

/// Those whom it let in have to authenticate again.
Outcome<void> publish(Context& context, auth::ProviderType type) {
  if (auto told = publish_providers(context); !told) return told;
  auth::CredentialsChange change;
  change.kind = auth::CredentialsChange::Kind::Provider;
  change.provider = type;
  context.broker.apply(change);
  return {};
}

Outcome<Response> set_enabled(Services& services, const Request& request, bool enabled) {
  Context& context = services.context;
  entities::AuthProviders& store = context.store.providers();
  const auto provider = from_store(store.get(request.param("id")));
  if (!provider) return tl::unexpected(provider.error());
  if (provider->enabled == enabled) return Response::empty();
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done = from_store(store.set_enabled(change->transaction(), provider->id, enabled));
  if (done) {
    done = change->log(enabled ? "ENABLE" : "DISABLE", {"MQTT_AUTH_PROVIDER", provider->id,
                                                        auth::to_string(provider->type), "", ""});
  }
  if (done) done = change->commit();
  if (done) done = enabled ? publish_providers(context) : publish(context, provider->type);
  if (!done) return tl::unexpected(done.error());
  return Response::empty();
}

}  // namespace

Outcome<Response> list_providers(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  return page_response(services.context.store.providers().page(*page), *page,
                       short_provider_to_json);
}

Outcome<Response> get_provider(Services& services, const Request& request) {
  const auto provider = from_store(services.context.store.providers().get(request.param("id")));
  if (!provider) return tl::unexpected(provider.error());
  return Response::json(provider_to_json(*provider));
}

Outcome<Response> get_provider_of_type(Services& services, const Request& request) {
  const auto type = parse_provider_type(request.param("type"));
  if (!type) return bad_request("'" + request.param("type") + "' is no type of provider");
  const auto provider = from_store(services.context.store.providers().get(*type));
  if (!provider) return tl::unexpected(provider.error());
  return Response::json(provider_to_json(*provider));
}

Outcome<Response> save_provider(Services& services, const Request& request) {
  Context& context = services.context;
  auto draft = read_provider(request.body);
  if (!draft) return tl::unexpected(draft.error());
  const auto before = from_store(context.store.providers().get(draft->type));
  if (!before) return tl::unexpected(before.error());
  if (!draft->id.empty() && draft->id != before->id) {
    return bad_request("The provider of this type has another id");
  }
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto after =
      from_store(context.store.providers().update(change->transaction(), std::move(*draft)));
  if (!after) return tl::unexpected(after.error());
  auto done = change->log("UPDATE", {"MQTT_AUTH_PROVIDER", after->id, auth::to_string(after->type),
                                     log_text(*before), log_text(*after)});
  if (done) done = change->commit();
  if (done &&
      (before->configuration != after->configuration || before->enabled != after->enabled)) {
    done = publish(context, after->type);
  }
  if (!done) return tl::unexpected(done.error());
  return Response::json(provider_to_json(*after));
}

Outcome<Response> enable_provider(Services& services, const Request& request) {
  return set_enabled(services, request, true);
}

Outcome<Response> disable_provider(Services& services, const Request& request) {
  return set_enabled(services, request, false);
}

Outcome<Response> get_basic_strategy(Services& services, const Request&) {
  const auto provider =
      from_store(services.context.store.providers().get(auth::ProviderType::Basic));
  if (!provider) return tl::unexpected(provider.error());
  const json::value configuration = stored_json(provider->configuration);
  Fields fields(configuration);
  return Response::json(text_json(fields.text("authStrategy")));
}

Outcome<Response> check_http_provider(Services& services, const Request& request) {
  Context& context = services.context;
  const auto kept = from_store(context.store.providers().get(auth::ProviderType::Http));
  if (!kept) return tl::unexpected(kept.error());
  // What was shown masked is sent back masked.
  const std::string text =
      entities::restore_secrets(json::serialize(request.body), kept->configuration);
  const auto settings =
      from_store(entities::parse_provider_configuration(auth::ProviderType::Http, text));
  if (!settings) return tl::unexpected(settings.error());
  if (auto ready = from_store(entities::check_ready(*settings)); !ready) {
    return tl::unexpected(ready.error());
  }
  const bool to_private = context.auth.http_to_private;
  return Response::later([to_private, http = std::get<providers::HttpSettings>(*settings)](
                             const Response::StopFlag& stop) -> Response::Finish {
    const auto checked = check_http_server(http, to_private, stop);
    return [checked]() -> Outcome<Response> {
      if (!checked) return bad_request(checked.error().what);
      return Response::empty();
    };
  });
}

}  // namespace sluice::admin
