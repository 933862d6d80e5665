#include "admin/handlers/provider_json.h"

#include "admin/handlers/json_parts.h"
#include "entities/provider_configuration.h"
#include "entities/secrets.h"

namespace sluice::admin {

namespace json = boost::json;
using auth::ProviderType;

std::optional<ProviderType> parse_provider_type(std::string_view name) {
  for (const auto type : {ProviderType::Basic, ProviderType::X509, ProviderType::Jwt,
                          ProviderType::Scram, ProviderType::Http}) {
    if (name == auth::to_string(type)) return type;
  }
  return std::nullopt;
}

json::object provider_to_json(const entities::AuthProvider& provider) {
  return {{"id", provider.id},
          {"createdTime", provider.created},
          {"type", auth::to_string(provider.type)},
          {"enabled", provider.enabled},
          {"configuration", stored_json(entities::mask_secrets(provider.configuration))},
          {"additionalInfo", stored_json(provider.additional_info)}};
}

json::object short_provider_to_json(const entities::AuthProvider& provider) {
  const json::value info = stored_json(provider.additional_info);
  const json::value* description =
      info.is_object() ? info.get_object().if_contains("description") : nullptr;
  return {{"id", provider.id},
          {"enabled", provider.enabled},
          {"type", auth::to_string(provider.type)},
          {"createdTime", provider.created},
          {"description", description ? *description : json::value(nullptr)}};
}

Outcome<entities::AuthProvider> read_provider(const json::value& body) {
  Fields fields(body);
  entities::AuthProvider provider;
  provider.id = fields.text("id");
  Fields configuration = fields.object("configuration");
  const std::string name = fields.has("type") ? fields.text("type") : configuration.text("type");
  const auto type = parse_provider_type(name);
  if (!type) fields.complain("type", "has to be MQTT_BASIC, X_509, JWT, SCRAM or HTTP");
  provider.enabled = fields.flag("enabled", false);
  provider.configuration = fields.raw("configuration");
  provider.additional_info = fields.raw("additionalInfo");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  provider.type = *type;
  if (provider.configuration.empty()) {
    provider.configuration = entities::default_provider_configuration(*type);
  }
  return provider;
}

}  // namespace sluice::admin
