#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authorization_rules.h"
#include "auth/rule_book.h"
#include "auth/verdict.h"
#include "base/result.h"
#include "config/settings.h"

namespace sluice::auth {

/// MQTT_BASIC.
struct BasicCredentials {
  std::optional<std::string> client_id;
  std::optional<std::string> username;
  std::string password_hash;      // bcrypt; empty: any password, also none
  std::optional<RuleText> rules;  // none: may do everything
};

/// X_509.
struct X509Credentials {
  std::string common_name;  // or an expression, found anywhere in the Common Name
  bool is_regex = false;
  std::vector<RuleBook::Mapping> mappings;
};

enum class ScramAlgorithm : std::uint8_t { Sha256, Sha512 };

/// SCRAM: what RFC 5802 lets a server keep.
struct ScramCredentials {
  std::string username;
  ScramAlgorithm algorithm = ScramAlgorithm::Sha256;
  std::string salt;  // bytes
  std::uint32_t iterations = 4096;
  std::string stored_key;  // bytes
  std::string server_key;  // bytes
  std::optional<RuleText> rules;
};

/// What a provider finds in the store. `kind` says which of the three is set.
struct Credentials {
  std::string id;  // UUID
  std::string name;
  config::ClientType client_type = config::ClientType::Device;
  std::optional<BasicCredentials> basic;
  std::optional<X509Credentials> x509;
  std::optional<ScramCredentials> scram;
};

/// The keys by which credentials are found, as TBMQ computes its `credentialsId`. A user name or
/// Client Identifier with a '|' is unambiguous because its length is part of the key.
std::string basic_key_of_username(std::string_view username);
std::string basic_key_of_client_id(std::string_view client_id);
std::string basic_key_of_both(std::string_view username, std::string_view client_id);
std::string x509_key(std::string_view common_name);
std::string scram_key(std::string_view username, ScramAlgorithm algorithm);

/// Where providers look credentials up. Lives on one thread; calls take microseconds.
class CredentialsSource {
 public:
  /// The credentials with this key; nullopt if there are none.
  /// errors  the store failed: the Client is refused, never let in
  virtual Result<std::optional<Credentials>> find(std::string_view key) = 0;
  /// The X_509 credentials whose Common Name is an expression, oldest first.
  virtual Result<std::vector<Credentials>> find_x509_expressions() = 0;

 protected:
  ~CredentialsSource() = default;
};

}  // namespace sluice::auth
