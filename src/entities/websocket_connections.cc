#include "entities/websocket_connections.h"

#include <array>

#include "entities/outcomes.h"
#include "entities/page_query.h"
#include "entities/uuid.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kTable = "websocket_connections";
constexpr std::string_view kColumns = "id, created, owner, name, client_id, configuration";

constexpr std::array kSortable{SortColumn{"createdTime", "created"}, SortColumn{"name", "name"},
                               SortColumn{"clientId", "client_id"}};

WebSocketConnection read_connection(const Statement& row) {
  return {row.string(0), row.integer(1), row.string(2),
          row.string(3), row.string(4),  row.string(5)};
}

Result<WebSocketConnection> find(Database& database, std::string_view column,
                                 std::string_view owner, std::string_view value) {
  const std::string sql = "SELECT " + std::string(kColumns) + " FROM " + std::string(kTable) +
                          " WHERE owner = ? AND " + std::string(column) + " = ?";
  return or_not_found(read_first(database.prepare(sql).bind(owner, value), read_connection),
                      "The connection '" + std::string(value) + "'");
}

Filter of_owner(std::string_view owner) {
  Filter filter;
  filter.equals("owner", owner);
  return filter;
}

Result<void> check(const WebSocketConnection& connection) {
  const auto named = check_name("name", connection.name);
  return named ? check_json_object("configuration", connection.configuration) : named;
}

std::string named(const WebSocketConnection& connection) {
  return "A connection with the name '" + connection.name + "'";
}

}  // namespace

Result<WebSocketConnection> WebSocketConnections::create(Transaction& transaction,
                                                         WebSocketConnection connection,
                                                         std::int64_t now) {
  const auto count = count_rows(database_, kTable, of_owner(connection.owner));
  if (!count) return tl::unexpected(count.error());
  if (*count >= kOfOwnerMax) {
    return invalid("There are " + std::to_string(kOfOwnerMax) + " connections already");
  }
  connection.id = make_uuid();
  connection.created = now;
  auto done = or_taken(
      transaction.database().run("INSERT INTO websocket_connections (" + std::string(kColumns) +
                                     ") VALUES (?, ?, ?, ?, ?, ?)",
                                 connection.id, connection.created, connection.owner,
                                 connection.name, connection.client_id, connection.configuration),
      named(connection));
  if (!done) return tl::unexpected(done.error());
  return connection;
}

Result<WebSocketConnection> WebSocketConnections::save(Transaction& transaction,
                                                       WebSocketConnection connection,
                                                       std::int64_t now) {
  if (auto fine = check(connection); !fine) return tl::unexpected(fine.error());
  if (connection.id.empty()) return create(transaction, std::move(connection), now);
  const auto before = get(connection.owner, connection.id);
  if (!before) return before;
  connection.created = before->created;
  auto done =
      or_taken(transaction.database().run(
                   "UPDATE websocket_connections SET name = ?, client_id = ?, "
                   "configuration = ? WHERE id = ?",
                   connection.name, connection.client_id, connection.configuration, connection.id),
               named(connection));
  if (!done) return tl::unexpected(done.error());
  return connection;
}

Result<void> WebSocketConnections::remove(Transaction& transaction, std::string_view owner,
                                          std::string_view id) {
  return or_not_found(
      transaction.database().run("DELETE FROM websocket_connections WHERE owner = ? AND id = ?",
                                 owner, id),
      transaction.database(), "The connection '" + std::string(id) + "'");
}

Result<WebSocketConnection> WebSocketConnections::get(std::string_view owner, std::string_view id) {
  return find(database_, "id", owner, id);
}

Result<WebSocketConnection> WebSocketConnections::get_by_name(std::string_view owner,
                                                              std::string_view name) {
  return find(database_, "name", owner, name);
}

Result<Page<WebSocketConnection>> WebSocketConnections::page(std::string_view owner,
                                                             const PageRequest& request) {
  Filter filter = of_owner(owner);
  filter.contains({"name"}, request.text_search);
  filter.within("created", request);
  return read_page(database_, {kTable, kColumns, kSortable}, request, filter, read_connection);
}

}  // namespace sluice::entities
