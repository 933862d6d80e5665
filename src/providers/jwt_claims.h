#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "auth/authorization_rules.h"
#include "auth/connect_request.h"
#include "base/result.h"
#include "config/settings.h"
#include "providers/provider_settings.h"

namespace sluice::providers {

// What the claims of a token, whose signature was verified, say of a Client. Pure functions.

/// How far the clocks of issuer and broker may differ.
inline constexpr std::int64_t kClockSkew = 60'000;  // milliseconds

/// When the token ends, in milliseconds since 1970; nullopt: never. A token that ended within the
/// skew lasts until the skew's end.
///
/// errors  "exp" passed, "nbf" or "iat" not reached, one of them not a number
Result<std::optional<std::int64_t>> check_times(const boost::json::object& claims,
                                                std::int64_t now);

/// Whether each of `wanted` is in the claims: a text or number or truth value that reads the same,
/// or a list that contains it. ${username} and ${clientId} stand for what the Client said; what it
/// did not say equals nothing.
///
/// errors  the first claim that differs
Result<void> check_claims(const boost::json::object& claims,
                          const std::map<std::string, std::string>& wanted,
                          const auth::ConnectRequest& request);

/// The default type, or the other if `client_type_claims` are there and all fit.
config::ClientType client_type_of(const boost::json::object& claims, const JwtSettings& settings,
                                  const auth::ConnectRequest& request);

/// Rules from the claims that the settings name. A direction without its claim has the rules of the
/// settings, and without these allows nothing.
///
/// errors  a claim of that name that is not a list of texts
Result<std::optional<auth::RuleText>> rules_of(const boost::json::object& claims,
                                               const JwtSettings& settings);

}  // namespace sluice::providers
