#include "entities/credentials_rows.h"

namespace sluice::entities {
namespace {

/// In words for somebody who does not know of keys.
std::string describe_owner(const auth::Credentials& credentials) {
  if (credentials.x509) return "the Common Name '" + credentials.x509->common_name + "'";
  if (credentials.scram) return "the user name '" + credentials.scram->username + "'";
  const auth::BasicCredentials& basic = *credentials.basic;
  std::string words;
  if (basic.client_id) words += "the client id '" + *basic.client_id + "'";
  if (basic.client_id && basic.username) words += " and ";
  if (basic.username) words += "the user name '" + *basic.username + "'";
  return words;
}

Error describe_conflict(const Error& error, const auth::Credentials& credentials) {
  const bool is_name = error.what.ends_with(".name");
  const std::string what =
      is_name ? "the name '" + credentials.name + "'" : describe_owner(credentials);
  return {ErrorKind::Conflict, "MQTT client credentials with " + what + " already exists"};
}

std::string username_of(const auth::Credentials& credentials) {
  if (credentials.scram) return credentials.scram->username;
  if (credentials.basic) return credentials.basic->username.value_or("");
  return {};
}

}  // namespace

std::string select_credentials(std::string_view condition) {
  return "SELECT " + std::string(kCredentialsColumns) + " FROM client_credentials WHERE " +
         std::string(condition);
}

Result<ClientCredentials> read_credentials(const Statement& row) {
  const auto type = parse_credentials_type(row.text(3));
  auto value = type ? parse_credentials(*type, row.text(4)) : invalid("unknown type");
  if (!value) {
    return database_failure("the MQTT client credentials '" + row.string(1) +
                            "' cannot be read: " + value.error().what);
  }
  ClientCredentials credentials{std::move(*value), row.integer(5), row.string(6)};
  credentials.value.id = row.string(0);
  credentials.value.name = row.string(1);
  credentials.value.client_type =
      parse_client_type(row.text(2)).value_or(config::ClientType::Device);
  return credentials;
}

Result<void> write_credentials(Statement& statement, const ClientCredentials& credentials) {
  const auth::Credentials& value = credentials.value;
  const bool is_expression = value.x509 && value.x509->is_regex;
  const std::string client_id = value.basic ? value.basic->client_id.value_or("") : "";
  auto done = statement
                  .bind(value.name, to_string(value.client_type), to_string(type_of(value)),
                        key_of(value), print_credentials(value), credentials.additional_info,
                        client_id, username_of(value), value.x509 ? value.x509->common_name : "",
                        is_expression, credentials.created, value.id)
                  .run();
  if (!done && done.error().kind == ErrorKind::Conflict) {
    return tl::unexpected(describe_conflict(done.error(), value));
  }
  return done;
}

}  // namespace sluice::entities
