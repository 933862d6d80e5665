#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "auth/authorization_rules.h"
#include "auth/verdict.h"
#include "config/settings.h"

namespace sluice::providers {

// The `configuration` of TBMQ's MqttAuthProvider, as typed values. Admin maps its JSON to them.

enum class BasicStrategy : std::uint8_t { ClientId, Username, ClientIdAndUsername };

struct BasicSettings {
  BasicStrategy strategy = BasicStrategy::ClientIdAndUsername;
  bool operator==(const BasicSettings&) const = default;
};

struct X509Settings {
  bool skip_validity_check = false;  // of the dates; the chain is always verified
  bool operator==(const X509Settings&) const = default;
};

/// How a call to a server of ours authenticates itself.
struct HttpLogin {
  std::string username, password;                  // basic, if not empty
  std::string ca, certificate, key, key_password;  // PEM texts
  bool operator==(const HttpLogin&) const = default;
};

struct HmacVerifier {
  std::string secret;  // at least 32 bytes
  bool operator==(const HmacVerifier&) const = default;
};
struct PemVerifier {
  std::string public_key;  // RSA, EC or Ed25519
  bool operator==(const PemVerifier&) const = default;
};
struct JwksVerifier {
  std::string endpoint;
  std::map<std::string, std::string> headers;
  std::chrono::seconds refresh_interval{300};
  HttpLogin login;
  bool operator==(const JwksVerifier&) const = default;
};

struct JwtSettings {
  std::variant<HmacVerifier, PemVerifier, JwksVerifier> verifier;
  config::ClientType default_client_type = config::ClientType::Device;
  std::map<std::string, std::string> auth_claims;  // each must be equal; ${username}, ${clientId}
  std::map<std::string, std::string> client_type_claims;   // all equal: the other client type
  std::optional<auth::RuleText> rules;                     // where the claims say nothing
  std::string publish_rules_claim, subscribe_rules_claim;  // names of claims with lists of patterns
  bool operator==(const JwtSettings&) const = default;
};

struct ScramSettings {
  bool operator==(const ScramSettings&) const = default;
};

struct HttpSettings {
  std::string endpoint;
  bool use_get = false;  // else POST
  HttpLogin login;
  std::map<std::string, std::string> headers;
  std::string body;  // template: ${clientId} ${username} ${password} ${commonName}
  std::chrono::milliseconds timeout{5000};
  std::uint32_t parallel_max = 100;
  std::uint32_t reply_max = 256 * 1024;  // bytes
  config::ClientType default_client_type = config::ClientType::Device;
  std::optional<auth::RuleText> rules;
  bool operator==(const HttpSettings&) const = default;
};

/// The providers that are on, in the order in which they are asked: those in `order` that have
/// their settings. SCRAM is on if it has its settings, and is asked for a CONNECT with its
/// Authentication Method only, whatever its place.
struct ProviderChain {
  std::vector<auth::ProviderType> order;
  std::optional<BasicSettings> basic;
  std::optional<X509Settings> x509;
  std::optional<JwtSettings> jwt;
  std::optional<ScramSettings> scram;
  std::optional<HttpSettings> http;
  bool allow_anonymous = false;  // those without credentials that all providers skip
};

}  // namespace sluice::providers
