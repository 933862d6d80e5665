#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// What a saved connection subscribes to.
struct WebSocketSubscription {
  std::string id;  // UUID
  std::int64_t created = 0;
  std::string connection_id;
  std::string configuration;  // JSON object as TBMQ's web UI writes it
};

/// Subscriptions of WebSocketConnections. Whose they are, the caller has checked by the connection.
class WebSocketSubscriptions {
 public:
  static constexpr std::uint64_t kOfConnectionMax = 200;

  explicit WebSocketSubscriptions(Database& database) : database_(database) {}

  /// Adds one without an id, else changes the configuration of the one with it.
  /// errors  NotFound: it, or its connection; Invalid: no JSON, kOfConnectionMax
  Result<WebSocketSubscription> save(Transaction& transaction, WebSocketSubscription subscription,
                                     std::int64_t now);
  Result<void> remove(Transaction& transaction, std::string_view id);
  Result<WebSocketSubscription> get(std::string_view id);

  /// text_search in the configuration; sorted by createdTime; times are createdTime.
  Result<Page<WebSocketSubscription>> page(std::string_view connection_id,
                                           const PageRequest& request);

 private:
  Result<WebSocketSubscription> create(Transaction& transaction, WebSocketSubscription subscription,
                                       std::int64_t now);
  Database& database_;
};

}  // namespace sluice::entities
