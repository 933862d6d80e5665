#include "entities/websocket_subscriptions.h"

#include <array>

#include "entities/outcomes.h"
#include "entities/page_query.h"
#include "entities/uuid.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kTable = "websocket_subscriptions";
constexpr std::string_view kColumns = "id, created, connection_id, configuration";
constexpr std::array kSortable{SortColumn{"createdTime", "created"}};

WebSocketSubscription read_subscription(const Statement& row) {
  return {row.string(0), row.integer(1), row.string(2), row.string(3)};
}

Filter of_connection(std::string_view id) {
  Filter filter;
  filter.equals("connection_id", id);
  return filter;
}

std::string name_of(std::string_view id) {
  return "The subscription '" + std::string(id) + "'";
}

}  // namespace

Result<WebSocketSubscription> WebSocketSubscriptions::create(Transaction& transaction,
                                                             WebSocketSubscription subscription,
                                                             std::int64_t now) {
  const auto count = count_rows(database_, kTable, of_connection(subscription.connection_id));
  if (!count) return tl::unexpected(count.error());
  if (*count >= kOfConnectionMax) {
    return invalid("There are " + std::to_string(kOfConnectionMax) + " subscriptions already");
  }
  subscription.id = make_uuid();
  subscription.created = now;
  auto done = transaction.database().run(
      "INSERT INTO websocket_subscriptions (" + std::string(kColumns) + ") VALUES (?, ?, ?, ?)",
      subscription.id, subscription.created, subscription.connection_id,
      subscription.configuration);
  if (!done) return tl::unexpected(done.error());
  return subscription;
}

Result<WebSocketSubscription> WebSocketSubscriptions::save(Transaction& transaction,
                                                           WebSocketSubscription subscription,
                                                           std::int64_t now) {
  const auto fine = check_json_object("configuration", subscription.configuration);
  if (!fine) return tl::unexpected(fine.error());
  if (subscription.id.empty()) return create(transaction, std::move(subscription), now);
  const auto before = get(subscription.id);
  if (!before) return before;
  if (before->connection_id != subscription.connection_id) {
    return invalid("webSocketConnectionId: never changes");
  }
  subscription.created = before->created;
  auto done = transaction.database().run(
      "UPDATE websocket_subscriptions SET configuration = ? WHERE id = ?",
      subscription.configuration, subscription.id);
  if (!done) return tl::unexpected(done.error());
  return subscription;
}

Result<void> WebSocketSubscriptions::remove(Transaction& transaction, std::string_view id) {
  return or_not_found(
      transaction.database().run("DELETE FROM websocket_subscriptions WHERE id = ?", id),
      transaction.database(), name_of(id));
}

Result<WebSocketSubscription> WebSocketSubscriptions::get(std::string_view id) {
  const std::string sql =
      "SELECT " + std::string(kColumns) + " FROM " + std::string(kTable) + " WHERE id = ?";
  return or_not_found(read_first(database_.prepare(sql).bind(id), read_subscription), name_of(id));
}

Result<Page<WebSocketSubscription>> WebSocketSubscriptions::page(std::string_view connection_id,
                                                                 const PageRequest& request) {
  Filter filter = of_connection(connection_id);
  filter.contains({"configuration"}, request.text_search);
  filter.within("created", request);
  return read_page(database_, {kTable, kColumns, kSortable}, request, filter, read_subscription);
}

}  // namespace sluice::entities
