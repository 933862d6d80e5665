#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// How somebody's browser connects to the broker as a Client, without the password.
struct WebSocketConnection {
  std::string id;  // UUID
  std::int64_t created = 0;
  std::string owner;  // id of the user, or the name of an API key, see Caller::who
  std::string name;   // unique among those of the owner
  std::string client_id;
  std::string configuration;  // JSON object as TBMQ's web UI writes it
};

/// Saved by each user for himself: what others have is as if it were not there.
class WebSocketConnections {
 public:
  static constexpr std::uint64_t kOfOwnerMax = 200;

  explicit WebSocketConnections(Database& database) : database_(database) {}

  /// Adds one without an id, else changes name and configuration of the one with it.
  /// errors  Conflict: the name is taken; NotFound; Invalid: no name, no JSON, kOfOwnerMax
  Result<WebSocketConnection> save(Transaction& transaction, WebSocketConnection connection,
                                   std::int64_t now);
  /// With its subscriptions. errors  NotFound
  Result<void> remove(Transaction& transaction, std::string_view owner, std::string_view id);

  Result<WebSocketConnection> get(std::string_view owner, std::string_view id);
  Result<WebSocketConnection> get_by_name(std::string_view owner, std::string_view name);

  /// text_search in the name; sorted by createdTime, name, clientId; times are createdTime.
  Result<Page<WebSocketConnection>> page(std::string_view owner, const PageRequest& request);

 private:
  Result<WebSocketConnection> create(Transaction& transaction, WebSocketConnection connection,
                                     std::int64_t now);
  Database& database_;
};

}  // namespace sluice::entities
