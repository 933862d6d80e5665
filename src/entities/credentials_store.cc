#include "entities/credentials_store.h"

#include <array>

#include "entities/credentials_rows.h"
#include "entities/outcomes.h"
#include "entities/page_query.h"
#include "entities/uuid.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kTable = "client_credentials";
constexpr std::string_view kShortColumns = "id, created, name, client_type, type, additional_info";

constexpr std::array kSortable{SortColumn{"createdTime", "created"}, SortColumn{"name", "name"},
                               SortColumn{"clientType", "client_type"},
                               SortColumn{"credentialsType", "type"}};

ShortClientCredentials read_short(const Statement& row) {
  return {row.string(0),
          row.integer(1),
          row.string(2),
          parse_client_type(row.text(3)).value_or(config::ClientType::Device),
          parse_credentials_type(row.text(4)).value_or(CredentialsType::Basic),
          row.string(5)};
}

std::string name_of(std::string_view id) {
  return "MQTT client credentials " + std::string(id);
}

Result<std::optional<ClientCredentials>> find_first(Statement& statement) {
  const auto has_row = statement.step();
  if (!has_row) return tl::unexpected(has_row.error());
  if (!*has_row) return std::nullopt;
  auto credentials = read_credentials(statement);
  statement.reset();
  if (!credentials) return tl::unexpected(credentials.error());
  return std::move(*credentials);
}

Result<void> check_all(const ClientCredentials& credentials) {
  auto named = check_name("name", credentials.value.name);
  if (!named) return named;
  auto checked = check(credentials.value);
  if (!checked) return checked;
  return check_json_object("additionalInfo", credentials.additional_info);
}

/// What a client of ours is never shown, and so cannot send back.
void keep_secrets(auth::Credentials& next, const auth::Credentials& before) {
  if (next.basic && before.basic && next.basic->password_hash.empty()) {
    next.basic->password_hash = before.basic->password_hash;
  }
  if (!next.scram || !before.scram || next.scram->algorithm != before.scram->algorithm) return;
  auth::ScramCredentials& scram = *next.scram;
  if (!scram.salt.empty() || !scram.stored_key.empty() || !scram.server_key.empty()) return;
  scram.salt = before.scram->salt;
  scram.iterations = before.scram->iterations;
  scram.stored_key = before.scram->stored_key;
  scram.server_key = before.scram->server_key;
}

/// The statements of a bulk import, prepared once.
struct BulkStatements {
  explicit BulkStatements(Database& database)
      : find(database.prepare(select_credentials("name = ?"))),
        insert(database.prepare(kInsertCredentials)),
        update(database.prepare(kUpdateCredentials)) {}
  Statement find;
  Statement insert;
  Statement update;
};

/// returns  whether credentials with this name were there before
Result<bool> upsert(BulkStatements& statements, ClientCredentials& credentials, std::int64_t now) {
  auto before = find_first(statements.find.bind(credentials.value.name));
  if (!before) return tl::unexpected(before.error());
  const bool is_update = before->has_value();
  if (is_update) {
    credentials.value.id = (*before)->value.id;
    credentials.created = (*before)->created;
    if (credentials.additional_info.empty()) {
      credentials.additional_info = (*before)->additional_info;
    }
    keep_secrets(credentials.value, (*before)->value);
  } else {
    credentials.value.id = make_uuid();
    credentials.created = now;
  }
  const auto checked = check_all(credentials);
  if (!checked) return tl::unexpected(checked.error());
  const auto done =
      write_credentials(is_update ? statements.update : statements.insert, credentials);
  if (!done) return tl::unexpected(done.error());
  return is_update;
}

}  // namespace

Result<ClientCredentials> CredentialsStore::create(Transaction& transaction,
                                                   ClientCredentials credentials,
                                                   std::int64_t now) {
  credentials.value.id = make_uuid();
  credentials.created = now;
  const auto checked = check_all(credentials);
  if (!checked) return tl::unexpected(checked.error());
  Statement insert = transaction.database().prepare(kInsertCredentials);
  const auto done = write_credentials(insert, credentials);
  if (!done) return tl::unexpected(done.error());
  return credentials;
}

Result<ClientCredentials> CredentialsStore::update(Transaction& transaction,
                                                   ClientCredentials credentials) {
  const auto before = get(credentials.value.id);
  if (!before) return tl::unexpected(before.error());
  credentials.created = before->created;
  keep_secrets(credentials.value, before->value);
  const auto checked = check_all(credentials);
  if (!checked) return tl::unexpected(checked.error());
  Statement update = transaction.database().prepare(kUpdateCredentials);
  const auto done = write_credentials(update, credentials);
  if (!done) return tl::unexpected(done.error());
  return credentials;
}

Result<void> CredentialsStore::set_password(Transaction& transaction, std::string_view id,
                                            std::string hash) {
  auto credentials = get(id);
  if (!credentials) return tl::unexpected(credentials.error());
  if (!credentials->value.basic) return invalid("only MQTT_BASIC credentials have a password");
  credentials->value.basic->password_hash = std::move(hash);
  Statement update = transaction.database().prepare(kUpdateCredentials);
  return write_credentials(update, *credentials);
}

Result<void> CredentialsStore::remove(Transaction& transaction, std::string_view id) {
  return or_not_found(transaction.database().run("DELETE FROM client_credentials WHERE id = ?", id),
                      transaction.database(), name_of(id));
}

Result<BulkOutcome> CredentialsStore::upsert_by_name(Transaction& transaction,
                                                     std::span<const ClientCredentials> rows,
                                                     std::int64_t now) {
  BulkOutcome outcome;
  BulkStatements statements(transaction.database());
  for (ClientCredentials credentials : rows) {
    const auto is_update = upsert(statements, credentials, now);
    if (!is_update && is_update.error().kind == ErrorKind::Database) {
      return tl::unexpected(is_update.error());
    }
    if (!is_update) {
      outcome.errors.push_back(credentials.value.name + ": " + is_update.error().what);
    } else if (*is_update) {
      outcome.updated.push_back(credentials.value.id);
    } else {
      ++outcome.created;
    }
  }
  return outcome;
}

Result<ClientCredentials> CredentialsStore::get(std::string_view id) {
  Statement statement = database_.prepare(select_credentials("id = ?"));
  return or_not_found(find_first(statement.bind(id)), name_of(id));
}

Result<std::optional<ClientCredentials>> CredentialsStore::find_by_name(std::string_view name) {
  Statement statement = database_.prepare(select_credentials("name = ?"));
  return find_first(statement.bind(name));
}

Result<CredentialsCounts> CredentialsStore::counts() {
  Statement statement = database_.prepare(
      "SELECT count(*) FILTER (WHERE client_type = 'DEVICE'), "
      "count(*) FILTER (WHERE client_type = 'APPLICATION'), "
      "count(*) FILTER (WHERE type = 'MQTT_BASIC'), count(*) FILTER (WHERE type = 'X_509'), "
      "count(*) FILTER (WHERE type = 'SCRAM') FROM client_credentials");
  const auto has_row = statement.step();
  if (!has_row) return tl::unexpected(has_row.error());
  const auto count = [&](int column) {
    return static_cast<std::uint64_t>(statement.integer(column));
  };
  return CredentialsCounts{count(0), count(1), count(2), count(3), count(4)};
}

Result<Page<ShortClientCredentials>> CredentialsStore::page(const PageRequest& request,
                                                            const CredentialsFilter& wanted) {
  Filter filter;
  filter.contains({"name"}, request.text_search);
  filter.within("created", request);
  filter.one_of("client_type", names_of(wanted.client_types));
  filter.one_of("type", names_of(wanted.credentials_types));
  filter.contains({"username"}, wanted.username);
  filter.contains({"client_id"}, wanted.client_id);
  filter.contains({"common_name"}, wanted.certificate_cn);
  return read_page(database_, {kTable, kShortColumns, kSortable}, request, filter, read_short);
}

}  // namespace sluice::entities
