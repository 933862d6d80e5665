#include "entities/credentials_value.h"

#include "config/pattern.h"

namespace sluice::entities {
namespace {

Result<void> check_rules(const std::optional<auth::RuleText>& rules) {
  if (!rules) return {};
  const auto checked = auth::check_rules(*rules);
  if (!checked) return invalid("authRules: " + checked.error().what);
  return {};
}

/// MQTT has neither in a Client Identifier or a user name, and no key has them.
Result<void> check_identity(std::string_view field, const std::string& text) {
  if (text.empty()) return invalid(std::string(field) + ": must not be empty");
  if (text.size() > 65'535 || text.find('\0') != std::string::npos) {
    return invalid(std::string(field) + ": longer than MQTT allows, or with NUL");
  }
  return {};
}

Result<void> check_basic(const auth::BasicCredentials& basic) {
  if (!basic.client_id && !basic.username) {
    return invalid("clientId, userName: at least one of them is needed");
  }
  if (basic.client_id) {
    auto checked = check_identity("clientId", *basic.client_id);
    if (!checked) return checked;
  }
  if (basic.username) {
    auto checked = check_identity("userName", *basic.username);
    if (!checked) return checked;
  }
  return check_rules(basic.rules);
}

Result<void> check_x509(const auth::X509Credentials& x509) {
  auto checked = check_identity("certCnPattern", x509.common_name);
  if (!checked) return checked;
  if (x509.is_regex) {
    const auto mistake = config::find_pattern_mistake(x509.common_name);
    if (mistake) return invalid("certCnPattern: " + *mistake);
  }
  const auto book = auth::RuleBook::of(x509.mappings);
  if (!book) return invalid("authRulesMapping: " + book.error().what);
  return {};
}

Result<void> check_scram(const auth::ScramCredentials& scram) {
  auto checked = check_identity("userName", scram.username);
  if (!checked) return checked;
  if (scram.salt.empty() || scram.stored_key.empty() || scram.server_key.empty()) {
    return invalid("password: must not be empty");
  }
  return check_rules(scram.rules);
}

}  // namespace

const char* to_string(CredentialsType type) {
  switch (type) {
    case CredentialsType::Basic:
      return "MQTT_BASIC";
    case CredentialsType::X509:
      return "X_509";
    case CredentialsType::Scram:
      return "SCRAM";
  }
  return "";
}

std::optional<CredentialsType> parse_credentials_type(std::string_view name) {
  for (const auto type : {CredentialsType::Basic, CredentialsType::X509, CredentialsType::Scram}) {
    if (name == to_string(type)) return type;
  }
  return std::nullopt;
}

const char* to_string(config::ClientType type) {
  return type == config::ClientType::Device ? "DEVICE" : "APPLICATION";
}

std::optional<config::ClientType> parse_client_type(std::string_view name) {
  if (name == "DEVICE") return config::ClientType::Device;
  if (name == "APPLICATION") return config::ClientType::Application;
  return std::nullopt;
}

CredentialsType type_of(const auth::Credentials& credentials) {
  if (credentials.x509) return CredentialsType::X509;
  if (credentials.scram) return CredentialsType::Scram;
  return CredentialsType::Basic;
}

std::string key_of(const auth::Credentials& credentials) {
  if (credentials.x509) {
    const std::string key = auth::x509_key(credentials.x509->common_name);
    return credentials.x509->is_regex ? "expression|" + key : key;
  }
  if (credentials.scram) {
    return auth::scram_key(credentials.scram->username, credentials.scram->algorithm);
  }
  const auth::BasicCredentials& basic = *credentials.basic;
  if (!basic.username) return auth::basic_key_of_client_id(*basic.client_id);
  if (!basic.client_id) return auth::basic_key_of_username(*basic.username);
  return auth::basic_key_of_both(*basic.username, *basic.client_id);
}

Result<void> check(const auth::Credentials& credentials) {
  if (credentials.basic.has_value() + credentials.x509.has_value() +
          credentials.scram.has_value() !=
      1) {
    return invalid("credentialsValue: exactly one kind of credentials");
  }
  if (credentials.x509) return check_x509(*credentials.x509);
  if (credentials.scram) return check_scram(*credentials.scram);
  return check_basic(*credentials.basic);
}

}  // namespace sluice::entities
