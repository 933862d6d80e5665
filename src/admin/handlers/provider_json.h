#pragma once

#include <boost/json.hpp>

#include "admin/http/api_error.h"
#include "entities/auth_providers.h"

namespace sluice::admin {

/// TBMQ's MqttAuthProvider; secrets masked.
boost::json::object provider_to_json(const entities::AuthProvider& provider);
boost::json::object short_provider_to_json(const entities::AuthProvider& provider);

/// Reads one. The type may also be named by `configuration.type` only.
/// errors  400, naming the member
Outcome<entities::AuthProvider> read_provider(const boost::json::value& body);

std::optional<auth::ProviderType> parse_provider_type(std::string_view name);

}  // namespace sluice::admin
