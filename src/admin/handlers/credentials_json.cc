#include "admin/handlers/credentials_json.h"

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

std::string read_value(Fields& fields) {
  const json::value* value = fields.find("credentialsValue");
  if (value && value->is_object()) return fields.raw("credentialsValue");
  return fields.required_text("credentialsValue");
}

}  // namespace

Outcome<CredentialsDraft> read_credentials(const json::value& body) {
  Fields fields(body);
  CredentialsDraft draft;
  const std::string id = fields.text("id");
  const std::string name = fields.required_text("name");
  const auto client_type = entities::parse_client_type(fields.text("clientType"));
  if (!client_type) fields.complain("clientType", "has to be DEVICE or APPLICATION");
  const auto type = entities::parse_credentials_type(fields.text("credentialsType"));
  if (!type) fields.complain("credentialsType", "has to be MQTT_BASIC, X_509 or SCRAM");
  const std::string value = read_value(fields);
  draft.credentials.additional_info = fields.raw("additionalInfo");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());

  auto parsed = from_store(entities::parse_credentials_draft(*type, value));
  if (!parsed) return tl::unexpected(parsed.error());
  draft.credentials.value = std::move(parsed->credentials);
  draft.credentials.value.id = id;
  draft.credentials.value.name = name;
  draft.credentials.value.client_type = *client_type;
  draft.password = std::move(parsed->password);
  return draft;
}

json::object credentials_to_json(const entities::ClientCredentials& credentials) {
  return {{"id", credentials.value.id},
          {"createdTime", credentials.created},
          {"name", credentials.value.name},
          {"clientType", entities::to_string(credentials.value.client_type)},
          {"credentialsType", entities::to_string(entities::type_of(credentials.value))},
          {"credentialsId", entities::key_of(credentials.value)},
          {"credentialsValue", entities::print_credentials_masked(credentials.value)},
          {"additionalInfo", stored_json(credentials.additional_info)}};
}

json::object short_credentials_to_json(const entities::ShortClientCredentials& credentials) {
  return {{"id", credentials.id},
          {"createdTime", credentials.created},
          {"name", credentials.name},
          {"clientType", entities::to_string(credentials.client_type)},
          {"credentialsType", entities::to_string(credentials.credentials_type)},
          {"additionalInfo", stored_json(credentials.additional_info)}};
}

}  // namespace sluice::admin
