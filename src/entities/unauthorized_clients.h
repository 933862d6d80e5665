#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// The last time that somebody with this Client Identifier was refused.
struct UnauthorizedClient {
  std::string client_id;
  std::string ip_address;
  std::int64_t time = 0;  // milliseconds since 1970, TBMQ's `ts`
  std::string username;
  bool password_provided = false;
  bool tls_used = false;
  std::string reason;
};

/// Empty lists and texts let everything through; texts are contained, ASCII letters in either case.
struct UnauthorizedClientFilter {
  std::string client_id;
  std::string ip_address;
  std::string username;
  std::string reason;
  std::vector<bool> password_provided;
  std::vector<bool> tls_used;
};

/// Those who were refused and have not got in since.
class UnauthorizedClients {
 public:
  explicit UnauthorizedClients(Database& database) : database_(database) {}

  /// In place of what was known of this Client Identifier.
  Result<void> put(Transaction& transaction, const UnauthorizedClient& client);

  /// errors  NotFound
  Result<void> remove(Transaction& transaction, std::string_view client_id);
  /// returns  how many
  Result<std::uint64_t> clear(Transaction& transaction);

  /// Removes those from before `oldest`, and then the oldest beyond `count_max`.
  /// returns  how many
  Result<std::uint64_t> purge(Transaction& transaction, std::int64_t oldest,
                              std::uint64_t count_max);

  Result<std::optional<UnauthorizedClient>> find(std::string_view client_id);
  Result<std::vector<std::string>> client_ids();

  /// text_search in the Client Identifier; sorted by ts (when nothing is said), clientId,
  /// ipAddress, username, passwordProvided, tlsUsed, reason; times are ts.
  Result<Page<UnauthorizedClient>> page(const PageRequest& request,
                                        const UnauthorizedClientFilter& filter = {});

 private:
  Database& database_;
};

}  // namespace sluice::entities
