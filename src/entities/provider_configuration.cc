#include "entities/provider_configuration.h"

#include <algorithm>

#include "entities/configuration_parts.h"
#include "entities/credentials_value.h"
#include "entities/json_reader.h"

namespace sluice::entities {
namespace {

using auth::ProviderType;
using providers::BasicStrategy;

constexpr ProviderType kTypes[] = {ProviderType::Basic, ProviderType::X509, ProviderType::Jwt,
                                   ProviderType::Scram, ProviderType::Http};

std::optional<BasicStrategy> parse_strategy(std::string_view name) {
  if (name == "CLIENT_ID") return BasicStrategy::ClientId;
  if (name == "USERNAME") return BasicStrategy::Username;
  if (name == "CLIENT_ID_AND_USERNAME") return BasicStrategy::ClientIdAndUsername;
  return std::nullopt;
}

std::optional<bool> is_certificate_mode(std::string_view name) {
  const bool is_one = name == "CLIENT_AUTH_NONE" || name == "CLIENT_AUTH_REQUESTED" ||
                      name == "CLIENT_AUTH_REQUIRED";
  return is_one ? std::optional(true) : std::nullopt;
}

/// Whether it is GET.
std::optional<bool> parse_method(std::string_view name) {
  if (name == "GET") return true;
  if (name == "POST") return false;
  return std::nullopt;
}

ProviderSettings read_basic(JsonReader& reader) {
  providers::BasicSettings basic;
  basic.strategy = reader.choice("authStrategy", parse_strategy).value_or(basic.strategy);
  return basic;
}

ProviderSettings read_x509(JsonReader& reader) {
  providers::X509Settings x509;
  static_cast<void>(reader.choice("clientAuthType", is_certificate_mode));
  x509.skip_validity_check = reader.flag("skipValidityCheckForClientCert").value_or(false);
  return x509;
}

ProviderSettings read_http(JsonReader& reader) {
  providers::HttpSettings http;
  http.endpoint = read_url(reader, "restEndpointUrl");
  http.use_get = reader.choice("requestMethod", parse_method).value_or(false);
  http.login = read_login(reader, "credentials");
  http.headers = reader.text_map("headers");
  http.body = reader.text("requestBody").value_or("");
  http.timeout = std::chrono::milliseconds(
      reader.number("readTimeoutMs", 100, 60'000).value_or(http.timeout.count()));
  http.parallel_max = static_cast<std::uint32_t>(
      reader.number("maxParallelRequestsCount", 1, 10'000).value_or(http.parallel_max));
  http.reply_max = static_cast<std::uint32_t>(
      reader.number("maxInMemoryBufferSizeInKb", 1, 16'384).value_or(http.reply_max / 1024) * 1024);
  http.default_client_type =
      reader.choice("defaultClientType", parse_client_type).value_or(http.default_client_type);
  http.rules = read_checked_rules(reader, "authRules");
  return http;
}

ProviderSettings read_settings(ProviderType type, JsonReader& reader) {
  switch (type) {
    case ProviderType::X509:
      return read_x509(reader);
    case ProviderType::Jwt:
      return read_jwt(reader);
    case ProviderType::Scram:
      return providers::ScramSettings{};
    case ProviderType::Http:
      return read_http(reader);
    case ProviderType::None:
    case ProviderType::Basic:
      break;
  }
  return read_basic(reader);
}

void put(providers::ProviderChain& chain, ProviderSettings settings) {
  if (auto* const basic = std::get_if<providers::BasicSettings>(&settings)) chain.basic = *basic;
  if (auto* const x509 = std::get_if<providers::X509Settings>(&settings)) chain.x509 = *x509;
  if (auto* const jwt = std::get_if<providers::JwtSettings>(&settings)) chain.jwt = *jwt;
  if (auto* const scram = std::get_if<providers::ScramSettings>(&settings)) chain.scram = *scram;
  if (auto* const http = std::get_if<providers::HttpSettings>(&settings)) chain.http = *http;
}

/// All types: those that the settings name first.
std::vector<ProviderType> complete_order(std::span<const ProviderType> order) {
  std::vector<ProviderType> all(order.begin(), order.end());
  for (const ProviderType type : kTypes) {
    if (std::ranges::find(all, type) == all.end()) all.push_back(type);
  }
  return all;
}

}  // namespace

std::optional<ProviderType> parse_provider_type(std::string_view name) {
  for (const ProviderType type : kTypes) {
    if (name == auth::to_string(type)) return type;
  }
  return std::nullopt;
}

Result<ProviderSettings> parse_provider_configuration(ProviderType type, std::string_view text) {
  if (type == ProviderType::None) return invalid("type: missing or unknown");
  const auto object = parse_json_object(text, "configuration");
  if (!object) return tl::unexpected(object.error());
  JsonReader::Mistake mistake;
  JsonReader reader(*object, mistake, "configuration.");
  const auto named = reader.choice("type", parse_provider_type);
  if (named && *named != type) reader.fail("type", "is not the type of the provider");
  ProviderSettings settings = read_settings(type, reader);
  reader.finish();
  if (mistake) return invalid(*mistake);
  return settings;
}

std::string default_provider_configuration(ProviderType type) {
  switch (type) {
    case ProviderType::Basic:
      return R"({"type":"MQTT_BASIC","authStrategy":"CLIENT_ID_AND_USERNAME"})";
    case ProviderType::X509:
      return R"({"type":"X_509","clientAuthType":"CLIENT_AUTH_REQUESTED",)"
             R"("skipValidityCheckForClientCert":false})";
    case ProviderType::Jwt:
      return R"({"type":"JWT","defaultClientType":"DEVICE","jwtVerifierConfiguration":)"
             R"({"jwtVerifierType":"ALGORITHM_BASED","jwtSignAlgorithmConfiguration":)"
             R"({"algorithm":"HMAC_BASED","secret":""}},"authClaims":{},"clientTypeClaims":{},)"
             R"("authRules":{"pubAuthRulePatterns":[".*"],"subAuthRulePatterns":[".*"]},)"
             R"("pubAuthRuleClaim":null,"subAuthRuleClaim":null})";
    case ProviderType::Scram:
      return R"({"type":"SCRAM"})";
    case ProviderType::Http:
      return R"({"type":"HTTP","restEndpointUrl":"","requestMethod":"POST",)"
             R"("credentials":{"type":"anonymous"},"headers":{"Content-Type":"application/json"},)"
             R"("requestBody":"{\"clientId\":\"${clientId}\",\"username\":\"${username}\",)"
             R"(\"password\":\"${password}\"}","readTimeoutMs":5000,)"
             R"("maxParallelRequestsCount":100,"maxInMemoryBufferSizeInKb":256,)"
             R"("defaultClientType":"DEVICE","authRules":)"
             R"({"pubAuthRulePatterns":[".*"],"subAuthRulePatterns":[".*"]}})";
    case ProviderType::None:
      break;
  }
  return "{}";
}

Result<void> check_ready(const ProviderSettings& settings) {
  if (const auto* const http = std::get_if<providers::HttpSettings>(&settings)) {
    if (http->endpoint.empty()) {
      return invalid("configuration.restEndpointUrl: needed before the provider can be enabled");
    }
  }
  if (const auto* const jwt = std::get_if<providers::JwtSettings>(&settings)) {
    return check_verifier(jwt->verifier);
  }
  return {};
}

Result<providers::ProviderChain> make_provider_chain(std::span<const AuthProvider> providers,
                                                     std::span<const ProviderType> order,
                                                     bool allow_anonymous) {
  providers::ProviderChain chain;
  chain.allow_anonymous = allow_anonymous;
  for (const ProviderType type : complete_order(order)) {
    const auto found = std::ranges::find(providers, type, &AuthProvider::type);
    if (found == providers.end() || !found->enabled) continue;
    auto settings = parse_provider_configuration(type, found->configuration);
    if (!settings) {
      return invalid(std::string(auth::to_string(type)) + ": " + settings.error().what);
    }
    chain.order.push_back(type);
    put(chain, std::move(*settings));
  }
  return chain;
}

}  // namespace sluice::entities
