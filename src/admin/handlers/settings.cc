#include "admin/handlers/settings.h"

#include "admin/broker_state.h"
#include "admin/handlers/json_parts.h"
#include "admin/mail/mails.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kSecurity = "securitySettings";
constexpr std::string_view kOrder = "mqttAuthorization";
constexpr std::string_view kMail = "mail";

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
  if (key == kMail) {
    if (auto fine = read_mail_settings(setting->value); !fine) return tl::unexpected(fine.error());
  }
  auto done = change->log(
      "UPDATE", {"ADMIN_SETTINGS", setting->id, setting->key, before->value, setting->value});
  if (done) done = change->commit();
  if (done && key == kOrder) done = publish_providers(context);
  if (!done) return tl::unexpected(done.error());
  return setting;
}

/// A setting as it is sent.
struct Draft {
  std::string key;
  std::string value;
};

Outcome<Draft> read_setting(const Request& request) {
  Fields fields(request.body);
  Draft draft{fields.required_text("key"), fields.raw("jsonValue")};
  if (draft.value.empty()) fields.complain("jsonValue", "is missing");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return draft;
}

}  // namespace

Outcome<Response> get_setting(Services& services, const Request& request) {
  const auto setting = from_store(services.context.store.settings().get(request.param("key")));
  if (!setting) return tl::unexpected(setting.error());
  return Response::json(setting_to_json(*setting));
}

Outcome<Response> save_setting(Services& services, const Request& request) {
  const auto draft = read_setting(request);
  if (!draft) return tl::unexpected(draft.error());
  const auto setting = put(services, request, draft->key, draft->value);
  if (!setting) return tl::unexpected(setting.error());
  return Response::json(setting_to_json(*setting));
}

Outcome<Response> send_test_mail(Services& services, const Request& request) {
  Context& context = services.context;
  if (request.caller.user_id.empty()) {
    return bad_request("The test mail goes to the user who asks, and keys have no address");
  }
  const auto draft = read_setting(request);
  if (!draft) return tl::unexpected(draft.error());
  if (draft->key != kMail) return bad_request("Only the settings 'mail' can be tested");
  const auto completed = from_store(context.store.settings().complete(kMail, draft->value));
  if (!completed) return tl::unexpected(completed.error());
  const auto settings = read_mail_settings(completed->value);
  if (!settings) return tl::unexpected(settings.error());
  const auto user = from_store(context.store.users().get(request.caller.user_id));
  if (!user) return tl::unexpected(user.error());
  auto mail = write_test_mail(context, *settings, user->email);
  if (!mail) return tl::unexpected(mail.error());
  return Response::later(
      [mail = std::move(*mail)](const Response::StopFlag& stop) -> Response::Finish {
        const auto sent = send_mail(mail, stop);
        return [sent]() -> Outcome<Response> {
          if (!sent) return unable_to_send(sent.error().what);
          return Response::empty();
        };
      });
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
