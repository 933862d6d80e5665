#include "entities/admin_store.h"

#include "entities/file_access.h"
#include "entities/schema.h"

namespace sluice::entities {
namespace {

/// Reads the whole file once: what is damaged is to be known before it is used.
Result<void> check_integrity(Database& database) {
  Statement statement = database.prepare("PRAGMA integrity_check(1)");
  const auto has_row = statement.step();
  if (!has_row) return tl::unexpected(has_row.error());
  const std::string verdict = *has_row ? statement.string(0) : "no answer";
  if (verdict != "ok") return tl::unexpected(damaged(verdict));
  return {};
}

Result<std::unique_ptr<Database>> open_whole(const std::string& path, std::int64_t now) {
  auto database = Database::open(path, Database::Mode::ReadWrite);
  if (!database) return database;
  const auto checked = check_integrity(**database);
  if (!checked) return tl::unexpected(checked.error());
  const auto done = bring_up_to_date(**database, now);
  if (!done) return tl::unexpected(done.error());
  return database;
}

}  // namespace

Result<std::unique_ptr<AdminStore>> AdminStore::open(const std::string& folder, std::int64_t now) {
  const std::string path = folder + "/admin.db";
  const auto prepared = prepare_file(folder, path);
  if (!prepared) return tl::unexpected(prepared.error());
  auto database = open_whole(path, now);
  if (!database) return database_failure(path + ": " + database.error().what);
  return std::unique_ptr<AdminStore>(new AdminStore(path, std::move(*database)));
}

AdminStore::AdminStore(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)),
      database_(std::move(database)),
      users_(*database_),
      api_keys_(*database_),
      refresh_tokens_(*database_),
      setup_tokens_(*database_),
      password_links_(*database_),
      signing_keys_(*database_),
      credentials_(*database_),
      providers_(*database_),
      settings_(*database_),
      blocked_clients_(*database_),
      unauthorized_clients_(*database_),
      websocket_connections_(*database_),
      websocket_subscriptions_(*database_),
      audit_log_(*database_) {}

}  // namespace sluice::entities
