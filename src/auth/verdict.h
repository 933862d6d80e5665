#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "config/settings.h"
#include "mqtt/types.h"

namespace sluice::auth {

class AuthorizationRules;

enum class ProviderType : std::uint8_t { None, Basic, X509, Jwt, Scram, Http };

/// TBMQ's name: "MQTT_BASIC", "X_509", "JWT", "SCRAM", "HTTP"; "NONE" for an anonymous Client.
const char* to_string(ProviderType type);

/// Who a Client is and what it may do, for as long as its Network Connection.
struct Identity {
  ProviderType provider = ProviderType::None;
  config::ClientType client_type = config::ClientType::Device;
  std::string credentials_id;    // of the entity that let it in; empty where there is none
  std::string credentials_name;  // as an operator named it
  std::string username;
  std::string common_name;
  std::shared_ptr<const AuthorizationRules> rules;  // null: it may do everything
  /// Milliseconds since 1970 at which its token ends; it has to authenticate again before.
  std::optional<std::int64_t> expires;
};

struct Admitted {
  Identity identity;
  std::string data;  // Authentication Data of the CONNACK, or of the AUTH that ends it
};

/// The Client has to answer with an AUTH packet, v5 4.12.
struct Challenge {
  std::string data;
};

struct Refused {
  mqtt::ReasonCode code = mqtt::ReasonCode::NotAuthorized;
  std::string reason;  // for the operator only: a Client learns nothing from it
};

using Verdict = std::variant<Refused, Challenge, Admitted>;

}  // namespace sluice::auth
