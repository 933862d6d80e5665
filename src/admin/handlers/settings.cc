#include "admin/handlers/settings.h"

#include "admin/broker_state.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/user_json.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kSecurity = "securitySettings";
constexpr std::string_view kOrder = "mqttAuthorization";

json::object setting_to_json(const entities::AdminSetting& setting) {
  const auto shown = entities::without_secrets(setting);
  return {{"id", shown.id},
          {"createdTime", shown.created},
          {"key", shown.key},
          {"jsonValue", stored_json(shown.value)}};
}

Outcome<entities::AdminSetting> put(Services& services, const Request& request,
                                    std::string_view key, std::string_view value) {
  Context& context = services.context;
  const auto before = from_store(context.store.settings().get(key));
  if (!before) return tl::unexpected(before.error());
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto setting = from_store(context.store.settings().put(change->transaction(), key, value));
  if (!setting) return setting;
  auto done = change->log(
      "UPDATE", {"ADMIN_SETTINGS", setting->id, setting->key, before->value, setting->value});
  if (done) done = change->commit();
  if (done && key == kOrder) done = publish_providers(context);
  if (!done) return tl::unexpected(done.error());
  return setting;
}

}  // namespace

Outcome<Response> get_setting(Services& services, const Request& request) {
  const auto setting = from_store(services.context.store.settings().get(request.param("key")));
  if (!setting) return tl::unexpected(setting.error());
  return Response::json(setting_to_json(*setting));
}

Outcome<Response> save_setting(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string key = fields.required_text("key");
  const std::string value = fields.raw("jsonValue");
  if (value.empty()) fields.complain("jsonValue", "is missing");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  const auto setting = put(services, request, key, value);
  if (!setting) return tl::unexpected(setting.error());
  return Response::json(setting_to_json(*setting));
}

Outcome<Response> send_test_mail(Services&, const Request&) {
  return mail_is_not_available();
}

Outcome<Response> get_security_settings(Services& services, const Request&) {
  const auto setting = from_store(services.context.store.settings().get(kSecurity));
  if (!setting) return tl::unexpected(setting.error());
  return Response::json(stored_json(setting->value));
}

Outcome<Response> save_security_settings(Services& services, const Request& request) {
  const auto setting = put(services, request, kSecurity, json::serialize(request.body));
  if (!setting) return tl::unexpected(setting.error());
  return Response::json(stored_json(setting->value));
}

}  // namespace sluice::admin
