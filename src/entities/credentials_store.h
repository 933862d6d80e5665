#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entities/credentials_value.h"
#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// MqttClientCredentials of TBMQ.
struct ClientCredentials {
  auth::Credentials value;  // with id, name and client type; name and key are unique
  std::int64_t created = 0;
  std::string additional_info;  // JSON object; empty: none
};

/// A line of a list.
struct ShortClientCredentials {
  std::string id;
  std::int64_t created = 0;
  std::string name;
  config::ClientType client_type = config::ClientType::Device;
  CredentialsType credentials_type = CredentialsType::Basic;
  std::string additional_info;
};

/// Empty lists and texts let everything through; texts are contained, ASCII letters in either case.
struct CredentialsFilter {
  std::vector<config::ClientType> client_types;
  std::vector<CredentialsType> credentials_types;
  std::string username;
  std::string client_id;
  std::string certificate_cn;
};

struct CredentialsCounts {
  std::uint64_t devices = 0;
  std::uint64_t applications = 0;
  std::uint64_t basic = 0;
  std::uint64_t x509 = 0;
  std::uint64_t scram = 0;
  std::uint64_t total() const { return devices + applications; }
};

/// What a bulk import did, row by row; rows with an error changed nothing.
struct BulkOutcome {
  std::uint64_t created = 0;
  std::vector<std::string> updated;  // ids, whose Clients have to be told
  std::vector<std::string> errors;   // each names its credentials
};

/// What Clients authenticate with.
class CredentialsStore {
 public:
  explicit CredentialsStore(Database& database) : database_(database) {}

  /// Adds them and gives them an id.
  /// returns  the credentials as they are kept
  /// errors   Conflict: the name or the key is taken; Invalid: see `check`
  Result<ClientCredentials> create(Transaction& transaction, ClientCredentials credentials,
                                   std::int64_t now);

  /// Replaces those with this id. Secrets that are empty (password_hash; salt, stored_key and
  /// server_key) stay what they were, as long as type and algorithm do.
  /// returns  the credentials as they are kept
  /// errors   as above; NotFound
  Result<ClientCredentials> update(Transaction& transaction, ClientCredentials credentials);

  /// bcrypt; empty: any password will do.
  /// errors  NotFound; Invalid: not of type MQTT_BASIC
  Result<void> set_password(Transaction& transaction, std::string_view id, std::string hash);

  Result<void> remove(Transaction& transaction, std::string_view id);

  /// Creates or updates each by its name. An update without additional_info keeps what there was.
  /// errors  Database only; what is wrong with a row is in the outcome
  Result<BulkOutcome> upsert_by_name(Transaction& transaction,
                                     std::span<const ClientCredentials> rows, std::int64_t now);

  Result<ClientCredentials> get(std::string_view id);
  Result<std::optional<ClientCredentials>> find_by_name(std::string_view name);
  Result<CredentialsCounts> counts();

  /// text_search in the name; sorted by createdTime, name, clientType, credentialsType; times are
  /// createdTime.
  Result<Page<ShortClientCredentials>> page(const PageRequest& request,
                                            const CredentialsFilter& filter = {});

 private:
  Database& database_;
};

}  // namespace sluice::entities
