// The configuration of the provider JWT: configuration_parts.h.
#include "entities/configuration_parts.h"
#include "entities/credentials_value.h"

namespace sluice::entities {
namespace {

using Verifier = decltype(providers::JwtSettings::verifier);

constexpr std::size_t kSecretMin = 32;           // bytes
constexpr std::int64_t kRefreshMin = 300;        // seconds
constexpr std::int64_t kRefreshMax = 24 * 3600;  // for so long keys are used in an outage

Verifier read_algorithm(JsonReader& reader) {
  const auto* const object = reader.object("jwtSignAlgorithmConfiguration");
  if (object == nullptr) return providers::HmacVerifier{};
  JsonReader inner = reader.inner("jwtSignAlgorithmConfiguration", *object);
  const std::string algorithm = inner.text("algorithm").value_or("HMAC_BASED");
  Verifier verifier;
  if (algorithm == "HMAC_BASED") {
    const std::string secret = inner.text("secret").value_or("");
    if (!secret.empty() && secret.size() < kSecretMin) {
      inner.fail("secret", "must have at least 32 bytes");
    }
    verifier = providers::HmacVerifier{secret};
  } else if (algorithm == "PEM_KEY") {
    verifier = providers::PemVerifier{inner.text("publicPemKey").value_or("")};
    inner.skip("publicPemKeyFileName");
  } else {
    inner.fail("algorithm", "must be HMAC_BASED or PEM_KEY");
  }
  inner.finish();
  return verifier;
}

Verifier read_key_server(JsonReader& reader) {
  providers::JwksVerifier server;
  server.endpoint = read_url(reader, "endpoint");
  server.headers = reader.text_map("headers");
  server.refresh_interval = std::chrono::seconds(
      reader.number("refreshInterval", kRefreshMin, kRefreshMax).value_or(kRefreshMin));
  server.login = read_login(reader, "credentials");
  return server;
}

Verifier read_verifier(JsonReader& reader) {
  const auto* const object = reader.object("jwtVerifierConfiguration");
  if (object == nullptr) return providers::HmacVerifier{};
  JsonReader inner = reader.inner("jwtVerifierConfiguration", *object);
  const std::string type = inner.text("jwtVerifierType").value_or("ALGORITHM_BASED");
  Verifier verifier;
  if (type == "ALGORITHM_BASED") {
    verifier = read_algorithm(inner);
  } else if (type == "JWKS") {
    verifier = read_key_server(inner);
  } else {
    inner.fail("jwtVerifierType", "must be ALGORITHM_BASED or JWKS");
  }
  inner.finish();
  return verifier;
}

}  // namespace

providers::JwtSettings read_jwt(JsonReader& reader) {
  providers::JwtSettings jwt;
  jwt.verifier = read_verifier(reader);
  jwt.default_client_type =
      reader.choice("defaultClientType", parse_client_type).value_or(jwt.default_client_type);
  jwt.auth_claims = reader.text_map("authClaims");
  jwt.client_type_claims = reader.text_map("clientTypeClaims");
  jwt.rules = read_checked_rules(reader, "authRules");
  jwt.publish_rules_claim = reader.text("pubAuthRuleClaim").value_or("");
  jwt.subscribe_rules_claim = reader.text("subAuthRuleClaim").value_or("");
  return jwt;
}

Result<void> check_verifier(const Verifier& verifier) {
  const std::string path = "configuration.jwtVerifierConfiguration.";
  const std::string words = ": needed before the provider can be enabled";
  if (const auto* const hmac = std::get_if<providers::HmacVerifier>(&verifier)) {
    if (hmac->secret.empty()) {
      return invalid(path + "jwtSignAlgorithmConfiguration.secret" + words);
    }
  }
  if (const auto* const pem = std::get_if<providers::PemVerifier>(&verifier)) {
    if (pem->public_key.empty()) {
      return invalid(path + "jwtSignAlgorithmConfiguration.publicPemKey" + words);
    }
  }
  if (const auto* const server = std::get_if<providers::JwksVerifier>(&verifier)) {
    if (server->endpoint.empty()) return invalid(path + "endpoint" + words);
  }
  return {};
}

}  // namespace sluice::entities
