// The shapes of `credentialsValue`: credentials_value.h.
#include <boost/json/serialize.hpp>

#include "base/base64.h"
#include "entities/credentials_value.h"
#include "entities/json_reader.h"
#include "entities/rules_json.h"

namespace sluice::entities {
namespace {

namespace json = boost::json;
using auth::ScramAlgorithm;

constexpr std::string_view kWhat = "credentialsValue";
constexpr std::int64_t kIterationsMin = 4096;  // RFC 7677
constexpr std::int64_t kIterationsMax = 10'000'000;

const char* to_string(ScramAlgorithm algorithm) {
  return algorithm == ScramAlgorithm::Sha256 ? "SHA_256" : "SHA_512";
}

std::optional<ScramAlgorithm> parse_algorithm(std::string_view name) {
  if (name == "SHA_256") return ScramAlgorithm::Sha256;
  if (name == "SHA_512") return ScramAlgorithm::Sha512;
  return std::nullopt;
}

/// Forms send an empty text for what was not filled in.
std::optional<std::string> filled_text(JsonReader& reader, std::string_view name) {
  auto text = reader.text(name);
  if (text && text->empty()) text.reset();
  return text;
}

// What draft and stored form have in common is read here; the secrets are not.

auth::BasicCredentials read_basic(JsonReader& reader) {
  auth::BasicCredentials basic;
  basic.client_id = filled_text(reader, "clientId");
  basic.username = filled_text(reader, "userName");
  basic.rules = read_rules(reader, "authRules");
  return basic;
}

auth::X509Credentials read_x509(JsonReader& reader) {
  auth::X509Credentials x509;
  x509.common_name = reader.text("certCnPattern").value_or("");
  x509.is_regex = reader.flag("certCnIsRegex").value_or(false);
  const json::object* const mapping = reader.object("authRulesMapping");
  if (mapping == nullptr) return x509;
  JsonReader inner = reader.inner("authRulesMapping", *mapping);
  for (const auto& [pattern, value] : *mapping) {
    auto rules = read_rules(inner, pattern);
    // Nothing said is nothing allowed: of two mappings the other one may allow more.
    x509.mappings.push_back({pattern, rules ? std::move(*rules) : auth::RuleText{}});
  }
  return x509;
}

auth::ScramCredentials read_scram(JsonReader& reader) {
  auth::ScramCredentials scram;
  scram.username = reader.text("userName").value_or("");
  scram.algorithm = reader.choice("algorithm", parse_algorithm).value_or(ScramAlgorithm::Sha256);
  scram.rules = read_rules(reader, "authRules");
  return scram;
}

std::string read_bytes(JsonReader& reader, std::string_view name) {
  auto bytes = from_base64(reader.text(name).value_or(""), Base64::Standard);
  if (!bytes) reader.fail(name, "must be Base64");
  return bytes ? std::move(*bytes) : std::string();
}

json::value print_optional(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value();
}

json::value print_rules_of(const std::optional<auth::RuleText>& rules) {
  return rules ? json::value(print_rules(*rules)) : json::value();
}

json::object print_basic(const auth::BasicCredentials& basic) {
  return {{"clientId", print_optional(basic.client_id)},
          {"userName", print_optional(basic.username)},
          {"password", nullptr},
          {"authRules", print_rules_of(basic.rules)}};
}

json::object print_x509(const auth::X509Credentials& x509) {
  json::object mapping;
  for (const auto& [pattern, rules] : x509.mappings) mapping[pattern] = print_rules(rules);
  return {{"certCnPattern", x509.common_name},
          {"certCnIsRegex", x509.is_regex},
          {"authRulesMapping", std::move(mapping)}};
}

json::object print_scram(const auth::ScramCredentials& scram) {
  return {{"userName", scram.username},
          {"algorithm", to_string(scram.algorithm)},
          {"salt", nullptr},
          {"serverKey", nullptr},
          {"storedKey", nullptr},
          {"authRules", print_rules_of(scram.rules)}};
}

json::object print_without_secrets(const auth::Credentials& credentials) {
  if (credentials.x509) return print_x509(*credentials.x509);
  if (credentials.scram) return print_scram(*credentials.scram);
  return print_basic(*credentials.basic);
}

}  // namespace

Result<CredentialsDraft> parse_credentials_draft(CredentialsType type, std::string_view text) {
  const auto object = parse_json_object(text, kWhat);
  if (!object) return tl::unexpected(object.error());
  JsonReader::Mistake mistake;
  JsonReader reader(*object, mistake);
  CredentialsDraft draft;
  switch (type) {
    case CredentialsType::Basic:
      draft.credentials.basic = read_basic(reader);
      draft.password = filled_text(reader, "password");
      break;
    case CredentialsType::X509:
      draft.credentials.x509 = read_x509(reader);
      break;
    case CredentialsType::Scram:
      draft.credentials.scram = read_scram(reader);
      draft.password = filled_text(reader, "password");
      for (const char* const name : {"salt", "serverKey", "storedKey", "iterations"}) {
        reader.skip(name);
      }
      break;
  }
  reader.finish();
  if (mistake) return invalid(std::string(kWhat) + "." + *mistake);
  return draft;
}

std::string print_credentials_masked(const auth::Credentials& credentials) {
  return json::serialize(print_without_secrets(credentials));
}

std::string print_credentials(const auth::Credentials& credentials) {
  json::object printed = print_without_secrets(credentials);
  if (credentials.basic) printed["password"] = credentials.basic->password_hash;
  if (credentials.scram) {
    const auth::ScramCredentials& scram = *credentials.scram;
    printed["salt"] = to_base64(scram.salt, Base64::Standard);
    printed["storedKey"] = to_base64(scram.stored_key, Base64::Standard);
    printed["serverKey"] = to_base64(scram.server_key, Base64::Standard);
    printed["iterations"] = scram.iterations;
  }
  return json::serialize(printed);
}

Result<auth::Credentials> parse_credentials(CredentialsType type, std::string_view text) {
  const auto object = parse_json_object(text, kWhat);
  if (!object) return tl::unexpected(object.error());
  JsonReader::Mistake mistake;
  JsonReader reader(*object, mistake);
  auth::Credentials credentials;
  switch (type) {
    case CredentialsType::Basic:
      credentials.basic = read_basic(reader);
      credentials.basic->password_hash = reader.text("password").value_or("");
      break;
    case CredentialsType::X509:
      credentials.x509 = read_x509(reader);
      break;
    case CredentialsType::Scram: {
      auth::ScramCredentials& scram = credentials.scram.emplace(read_scram(reader));
      scram.salt = read_bytes(reader, "salt");
      scram.stored_key = read_bytes(reader, "storedKey");
      scram.server_key = read_bytes(reader, "serverKey");
      scram.iterations = static_cast<std::uint32_t>(
          reader.number("iterations", kIterationsMin, kIterationsMax).value_or(kIterationsMin));
      break;
    }
  }
  reader.finish();
  if (mistake) return invalid(std::string(kWhat) + "." + *mistake);
  return credentials;
}

}  // namespace sluice::entities
