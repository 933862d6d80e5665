#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "entities/error.h"
#include "entities/json_reader.h"
#include "providers/provider_settings.h"

namespace sluice::entities {

// What configurations of providers have in common, and the whole of the longest one. Mistakes are
// left in the reader.

/// http:// or https://, without login; empty if it is missing.
std::string read_url(JsonReader& reader, std::string_view name);

/// {type: anonymous} | {type: basic, username, password} | {type: "cert.PEM", caCert, cert,
/// privateKey, password, and the names of their files}
providers::HttpLogin read_login(JsonReader& reader, std::string_view name);

/// `authRules` that can be made.
std::optional<auth::RuleText> read_checked_rules(JsonReader& reader, std::string_view name);

providers::JwtSettings read_jwt(JsonReader& reader);

/// Whether it has a key.
/// errors  Invalid, naming the member
Result<void> check_verifier(const decltype(providers::JwtSettings::verifier)& verifier);

}  // namespace sluice::entities
