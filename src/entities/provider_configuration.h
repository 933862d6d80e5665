#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "entities/auth_providers.h"
#include "entities/error.h"
#include "providers/provider_settings.h"

namespace sluice::entities {

using ProviderSettings =
    std::variant<providers::BasicSettings, providers::X509Settings, providers::JwtSettings,
                 providers::ScramSettings, providers::HttpSettings>;

/// The inverse of auth::to_string; nothing for "NONE".
std::optional<auth::ProviderType> parse_provider_type(std::string_view name);

/// Reads TBMQ's `configuration` of a provider. What is missing or null has TBMQ's default; unknown
/// members are errors. `clientAuthType` of X_509 is checked and kept, but it is the listener's
/// configuration that asks for certificates.
/// errors  Invalid, naming the member
Result<ProviderSettings> parse_provider_configuration(auth::ProviderType type,
                                                      std::string_view json);

/// TBMQ's defaults, as JSON.
std::string default_provider_configuration(auth::ProviderType type);

/// Whether a provider could work with it: HTTP has an address, JWT a key.
/// errors  Invalid, naming the member
Result<void> check_ready(const ProviderSettings& settings);

/// What the authenticator needs of the providers that are on.
/// order   priorities of the settings; those that are on and not in it come last, by type
/// errors  Invalid: a configuration that cannot be read, naming its type
Result<providers::ProviderChain> make_provider_chain(std::span<const AuthProvider> providers,
                                                     std::span<const auth::ProviderType> order,
                                                     bool allow_anonymous);

}  // namespace sluice::entities
