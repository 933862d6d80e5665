#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/verdict.h"
#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// MqttAuthProvider of TBMQ. One of each type exists from the start: MQTT_BASIC is on.
struct AuthProvider {
  std::string id;  // UUID
  std::int64_t created = 0;
  auth::ProviderType type = auth::ProviderType::None;
  bool enabled = false;
  std::string configuration;    // JSON, with its secrets; see provider_configuration.h
  std::string additional_info;  // JSON object; empty: none
};

class AuthProviders {
 public:
  explicit AuthProviders(Database& database) : database_(database) {}

  /// Replaces enabled, configuration and additional_info of the one with this type. Masked secrets
  /// of the configuration stay what they were.
  /// returns  the provider as it is kept
  /// errors   Invalid: type None, the configuration
  Result<AuthProvider> update(Transaction& transaction, AuthProvider provider);
  /// errors  NotFound; Invalid: what is configured cannot work yet (HTTP without an address)
  Result<void> set_enabled(Transaction& transaction, std::string_view id, bool enabled);

  Result<AuthProvider> get(std::string_view id);
  Result<AuthProvider> get(auth::ProviderType type);
  Result<std::vector<AuthProvider>> all();

  /// text_search in the type; sorted by createdTime, type, enabled.
  Result<Page<AuthProvider>> page(const PageRequest& request);

 private:
  Database& database_;
};

}  // namespace sluice::entities
