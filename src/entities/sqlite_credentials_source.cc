#include "entities/sqlite_credentials_source.h"

#include "entities/credentials_rows.h"

namespace sluice::entities {
SqliteCredentialsSource::SqliteCredentialsSource(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      find_(database_->prepare(select_credentials("key = ?"))),
      find_expressions_(
          database_->prepare(select_credentials("is_expression = 1 ORDER BY created, rowid"))) {}

Result<std::unique_ptr<SqliteCredentialsSource>> SqliteCredentialsSource::open(
    const std::string& path) {
  auto database = Database::open(path, Database::Mode::ReadOnly);
  if (!database) return tl::unexpected(database.error());
  return std::unique_ptr<SqliteCredentialsSource>(
      new SqliteCredentialsSource(std::move(*database)));
}

sluice::Result<std::optional<auth::Credentials>> SqliteCredentialsSource::find(
    std::string_view key) {
  const auto has_row = find_.bind(key).step();
  if (!has_row) return failure(has_row.error().what);
  if (!*has_row) return std::nullopt;
  auto found = read_credentials(find_);
  find_.reset();
  if (!found) return failure(found.error().what);
  return std::move(found->value);
}

sluice::Result<std::vector<auth::Credentials>> SqliteCredentialsSource::find_x509_expressions() {
  std::vector<auth::Credentials> all;
  find_expressions_.bind();
  while (true) {
    const auto has_row = find_expressions_.step();
    if (!has_row) return failure(has_row.error().what);
    if (!*has_row) break;
    auto found = read_credentials(find_expressions_);
    if (!found) {
      find_expressions_.reset();
      return failure(found.error().what);
    }
    all.push_back(std::move(found->value));
  }
  find_expressions_.reset();
  return all;
}

}  // namespace sluice::entities
