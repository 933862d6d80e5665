#include "entities/api_keys.h"

#include <array>

#include "entities/outcomes.h"
#include "entities/page_query.h"
#include "entities/uuid.h"

namespace sluice::entities {
namespace {

constexpr std::size_t kHashSize = 32;

constexpr std::string_view kColumns =
    "id, name, role, hash, created, expires, last_used, created_by";

constexpr std::array kSortable{SortColumn{"createdTime", "created"}, SortColumn{"name", "name"},
                               SortColumn{"role", "role"}, SortColumn{"expirationTime", "expires"},
                               SortColumn{"lastUsedTime", "last_used"}};

ApiKey read_api_key(const Statement& row) {
  ApiKey key;
  key.id = row.string(0);
  key.name = row.string(1);
  key.role = parse_role(row.text(2)).value_or(Role::Viewer);
  key.hash = row.string(3);
  key.created = row.integer(4);
  key.expires = row.integer(5);
  key.last_used = row.integer(6);
  key.created_by = row.string(7);
  return key;
}

Statement select(Database& database, std::string_view condition) {
  return database.prepare("SELECT " + std::string(kColumns) + " FROM api_keys WHERE " +
                          std::string(condition));
}

std::string name_of(std::string_view id) {
  return "The API key " + std::string(id);
}

}  // namespace

Result<ApiKey> ApiKeys::create(Transaction& transaction, ApiKey key, std::int64_t now) {
  const auto named = check_name("name", key.name);
  if (!named) return tl::unexpected(named.error());
  if (key.hash.size() != kHashSize) return invalid("hash: must have 32 bytes");
  key.id = make_uuid();
  key.created = now;
  key.last_used = 0;
  auto done =
      or_taken(transaction.database().run("INSERT INTO api_keys (" + std::string(kColumns) +
                                              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                          key.id, key.name, to_string(key.role), Blob{key.hash},
                                          key.created, key.expires, key.last_used, key.created_by),
               "An API key with the name '" + key.name + "'");
  if (!done) return tl::unexpected(done.error());
  return key;
}

Result<void> ApiKeys::set_last_used(Transaction& transaction, std::string_view id,
                                    std::int64_t now) {
  return or_not_found(
      transaction.database().run("UPDATE api_keys SET last_used = ? WHERE id = ?", now, id),
      transaction.database(), name_of(id));
}

Result<void> ApiKeys::remove(Transaction& transaction, std::string_view id) {
  return or_not_found(transaction.database().run("DELETE FROM api_keys WHERE id = ?", id),
                      transaction.database(), name_of(id));
}

Result<ApiKey> ApiKeys::get(std::string_view id) {
  return or_not_found(read_first(select(database_, "id = ?").bind(id), read_api_key), name_of(id));
}

Result<std::optional<ApiKey>> ApiKeys::find_by_hash(std::string_view hash) {
  return read_first(select(database_, "hash = ?").bind(Blob{hash}), read_api_key);
}

Result<Page<ApiKey>> ApiKeys::page(const PageRequest& request) {
  Filter filter;
  filter.contains({"name"}, request.text_search);
  filter.within("created", request);
  return read_page(database_, {"api_keys", kColumns, kSortable}, request, filter, read_api_key);
}

}  // namespace sluice::entities
