#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/verdict.h"
#include "entities/database.h"

namespace sluice::entities {

/// AdminSettings of TBMQ: one JSON object for each key. All keys exist from the start.
struct AdminSetting {
  std::string id;  // UUID
  std::int64_t created = 0;
  std::string key;    // general, mail, connectivity, websocket, mqttAuthorization, securitySettings
  std::string value;  // JSON object, with its secrets
};

class SettingsStore {
 public:
  explicit SettingsStore(Database& database) : database_(database) {}

  /// With its secrets; show `without_secrets` of it.
  /// errors  NotFound: no such key
  Result<AdminSetting> get(std::string_view key);

  /// What `put` would keep, which keeps it not yet.
  /// errors  as `put`
  Result<AdminSetting> complete(std::string_view key, std::string_view value);

  /// Replaces the value. Secrets that are missing or masked stay what they were.
  /// returns  the setting as it is kept
  /// errors   NotFound; Invalid: a member that is unknown or of another type, named
  Result<AdminSetting> put(Transaction& transaction, std::string_view key, std::string_view value);

  /// In which order providers are asked, of mqttAuthorization.
  Result<std::vector<auth::ProviderType>> provider_priorities();

 private:
  Database& database_;
};

/// As TBMQ shows it: passwords are left out.
AdminSetting without_secrets(AdminSetting setting);

}  // namespace sluice::entities
