#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/credentials_source.h"
#include "entities/error.h"

namespace sluice::entities {

enum class CredentialsType : std::uint8_t { Basic, X509, Scram };

/// "MQTT_BASIC", "X_509", "SCRAM".
const char* to_string(CredentialsType type);
std::optional<CredentialsType> parse_credentials_type(std::string_view name);

/// "DEVICE", "APPLICATION".
const char* to_string(config::ClientType type);
std::optional<config::ClientType> parse_client_type(std::string_view name);

/// Which of basic, x509 and scram is set; exactly one has to be.
CredentialsType type_of(const auth::Credentials& credentials);

/// The key by which they are found, TBMQ's `credentialsId`. Expressions for a Common Name have keys
/// of their own, which no Common Name has.
std::string key_of(const auth::Credentials& credentials);

/// Whether a store may keep them: a Client Identifier or a user name, expressions that RE2 takes,
/// rules that can be made, and of SCRAM the keys.
/// errors  Invalid, naming the field
Result<void> check(const auth::Credentials& credentials);

/// What somebody wants to save: nothing of it is hashed yet.
struct CredentialsDraft {
  auth::Credentials credentials;        // without id, name and client type, and without hashes
  std::optional<std::string> password;  // to be hashed (basic) or made into keys (SCRAM)
};

/// Reads `credentialsValue` as a client of the REST API sends it:
///
///   MQTT_BASIC  {clientId?, userName?, password?, authRules?}
///   X_509       {certCnPattern, certCnIsRegex?, authRulesMapping?: {"<expression>": rules}}
///   SCRAM       {userName, password?, algorithm, authRules?}; salt, storedKey and serverKey, which
///               a client may send back, are ignored
///   rules       {pubAuthRulePatterns?, subAuthRulePatterns?: [expression] or null,
///               pubFilterRules?, subFilterRules?: [{allow, filter}]}
///
/// null is the same as missing. Without `authRules` a Client may do everything, so that an unknown
/// member, which may be a misspelt one, is an error.
/// errors  Invalid, naming the member
Result<CredentialsDraft> parse_credentials_draft(CredentialsType type, std::string_view json);

/// `credentialsValue` as it is shown: without hashes, salts and keys (null).
std::string print_credentials_masked(const auth::Credentials& credentials);

/// As it is stored, with `password` (basic), and `salt`, `storedKey`, `serverKey` in Base64 and
/// `iterations` (SCRAM).
std::string print_credentials(const auth::Credentials& credentials);
/// The inverse. Quick: checks shapes, not expressions.
Result<auth::Credentials> parse_credentials(CredentialsType type, std::string_view json);

}  // namespace sluice::entities
