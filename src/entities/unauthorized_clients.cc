#include "entities/unauthorized_clients.h"

#include <array>

#include "entities/outcomes.h"
#include "entities/page_query.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kColumns =
    "client_id, ip_address, time, username, password_provided, tls_used, reason";

constexpr std::array kSortable{SortColumn{"ts", "time"},
                               SortColumn{"clientId", "client_id"},
                               SortColumn{"ipAddress", "ip_address"},
                               SortColumn{"username", "username"},
                               SortColumn{"passwordProvided", "password_provided"},
                               SortColumn{"tlsUsed", "tls_used"},
                               SortColumn{"reason", "reason"}};

UnauthorizedClient read_client(const Statement& row) {
  return {row.string(0),       row.string(1),       row.integer(2), row.string(3),
          row.integer(4) != 0, row.integer(5) != 0, row.string(6)};
}

}  // namespace

Result<void> UnauthorizedClients::put(Transaction& transaction, const UnauthorizedClient& client) {
  return transaction.database().run("INSERT OR REPLACE INTO unauthorized_clients (" +
                                        std::string(kColumns) + ") VALUES (?, ?, ?, ?, ?, ?, ?)",
                                    client.client_id, client.ip_address, client.time,
                                    client.username, client.password_provided, client.tls_used,
                                    client.reason);
}

Result<void> UnauthorizedClients::remove(Transaction& transaction, std::string_view client_id) {
  return or_not_found(
      transaction.database().run("DELETE FROM unauthorized_clients WHERE client_id = ?", client_id),
      transaction.database(), "The unauthorized client '" + std::string(client_id) + "'");
}

Result<std::uint64_t> UnauthorizedClients::clear(Transaction& transaction) {
  const auto done = transaction.database().run("DELETE FROM unauthorized_clients");
  if (!done) return tl::unexpected(done.error());
  return transaction.database().changed_rows();
}

Result<std::uint64_t> UnauthorizedClients::purge(Transaction& transaction, std::int64_t oldest,
                                                 std::uint64_t count_max) {
  Database& database = transaction.database();
  const auto aged = database.run("DELETE FROM unauthorized_clients WHERE time < ?", oldest);
  if (!aged) return tl::unexpected(aged.error());
  const auto aged_count = database.changed_rows();
  const auto trimmed = database.run(
      "DELETE FROM unauthorized_clients WHERE rowid IN (SELECT rowid FROM unauthorized_clients "
      "ORDER BY time, rowid LIMIT max(0, (SELECT count(*) FROM unauthorized_clients) - ?))",
      count_max);
  if (!trimmed) return tl::unexpected(trimmed.error());
  return aged_count + database.changed_rows();
}

Result<std::optional<UnauthorizedClient>> UnauthorizedClients::find(std::string_view client_id) {
  return read_first(database_
                        .prepare("SELECT " + std::string(kColumns) +
                                 " FROM unauthorized_clients WHERE client_id = ?")
                        .bind(client_id),
                    read_client);
}

Result<std::vector<std::string>> UnauthorizedClients::client_ids() {
  return read_all(database_.prepare("SELECT client_id FROM unauthorized_clients"),
                  [](const Statement& row) { return row.string(0); });
}

Result<Page<UnauthorizedClient>> UnauthorizedClients::page(const PageRequest& request,
                                                           const UnauthorizedClientFilter& wanted) {
  Filter filter;
  filter.contains({"client_id"}, request.text_search);
  filter.within("time", request);
  filter.contains({"client_id"}, wanted.client_id);
  filter.contains({"ip_address"}, wanted.ip_address);
  filter.contains({"username"}, wanted.username);
  filter.contains({"reason"}, wanted.reason);
  filter.one_of("password_provided", wanted.password_provided);
  filter.one_of("tls_used", wanted.tls_used);
  return read_page(database_, {"unauthorized_clients", kColumns, kSortable}, request, filter,
                   read_client);
}

}  // namespace sluice::entities
