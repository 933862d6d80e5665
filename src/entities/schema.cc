#include "entities/schema.h"

#include <string>

#include "entities/migrations.h"
#include "entities/provider_configuration.h"
#include "entities/settings_defaults.h"
#include "entities/uuid.h"

namespace sluice::entities {
namespace {

constexpr std::int64_t kApplicationId = 0x536C7563;  // "Sluc", as `file` shows it

Result<std::int64_t> read_number(Database& database, std::string_view sql) {
  Statement statement = database.prepare(sql);
  const auto has_row = statement.step();
  if (!has_row) return tl::unexpected(has_row.error());
  return statement.integer(0);
}

Result<void> seed(Database& database, std::int64_t now) {
  using auth::ProviderType;
  for (const auto type : {ProviderType::Basic, ProviderType::X509, ProviderType::Jwt,
                          ProviderType::Scram, ProviderType::Http}) {
    auto done = database.run(
        "INSERT INTO auth_providers (id, created, type, enabled, configuration, additional_info) "
        "VALUES (?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING",
        make_uuid(), now, auth::to_string(type), type == ProviderType::Basic,
        default_provider_configuration(type));
    if (!done) return done;
  }
  for (const DefaultSetting& setting : default_settings()) {
    auto done = database.run(
        "INSERT INTO settings (id, created, key, value) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        make_uuid(), now, setting.key, setting.json);
    if (!done) return done;
  }
  return {};
}

/// Whether the file is ours: empty, or with our mark.
Result<void> check_owner(Database& database) {
  const auto mark = read_number(database, "PRAGMA application_id");
  if (!mark) return tl::unexpected(mark.error());
  if (*mark == kApplicationId) return {};
  const auto tables = read_number(database, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::unexpected(tables.error());
  if (*mark != 0 || *tables != 0) return database_failure("it is the file of another program");
  return {};
}

}  // namespace

Result<void> bring_up_to_date(Database& database, std::int64_t now) {
  auto ours = check_owner(database);
  if (!ours) return ours;
  const auto version = read_number(database, "PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  const auto migrations = all_migrations();
  const auto newest = static_cast<std::int64_t>(migrations.size());
  if (*version > newest) {
    return database_failure("it has version " + std::to_string(*version) +
                            " of a newer program, this one knows up to " + std::to_string(newest));
  }
  if (*version == newest) return {};

  auto transaction = database.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  for (auto next = *version; next < newest; ++next) {
    auto done = database.run_script(migrations[static_cast<std::size_t>(next)]);
    if (!done) return done;
  }
  auto seeded = seed(database, now);
  if (!seeded) return seeded;
  auto marked = database.run_script("PRAGMA application_id = " + std::to_string(kApplicationId) +
                                    "; PRAGMA user_version = " + std::to_string(newest));
  if (!marked) return marked;
  return transaction->commit();
}

}  // namespace sluice::entities
