#include "entities/users.h"

#include <array>

#include "entities/outcomes.h"
#include "entities/page_query.h"
#include "entities/refresh_tokens.h"
#include "entities/uuid.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kColumns =
    "id, created, email, first_name, last_name, role, password_hash, password_changed, enabled, "
    "additional_info, failed_logins, locked_until";

constexpr std::array kSortable{SortColumn{"createdTime", "created"}, SortColumn{"email", "email"},
                               SortColumn{"firstName", "first_name"},
                               SortColumn{"lastName", "last_name"},
                               SortColumn{"authority", "role"}};

User read_user(const Statement& row) {
  User user;
  user.id = row.string(0);
  user.created = row.integer(1);
  user.email = row.string(2);
  user.first_name = row.string(3);
  user.last_name = row.string(4);
  user.role = parse_role(row.text(5)).value_or(Role::Viewer);
  user.password_hash = row.string(6);
  user.password_changed = row.integer(7);
  user.enabled = row.integer(8) != 0;
  user.additional_info = row.string(9);
  user.failed_logins = static_cast<std::uint32_t>(row.integer(10));
  user.locked_until = row.integer(11);
  return user;
}

Statement select(Database& database, std::string_view condition) {
  return database.prepare("SELECT " + std::string(kColumns) + " FROM users WHERE " +
                          std::string(condition));
}

std::string name_of(std::string_view id) {
  return "The user " + std::string(id);
}

std::string taken(const User& user) {
  return "A user with the e-mail address '" + user.email + "'";
}

Result<void> check(const User& user) {
  auto named = check_name("email", user.email);
  if (!named) return named;
  const auto at = user.email.find('@');
  const bool is_address = at != std::string::npos && at > 0 && at + 1 < user.email.size() &&
                          user.email.find_first_of(" \t<>,;") == std::string::npos;
  if (!is_address) return invalid("email: '" + user.email + "' is not an e-mail address");
  return check_json_object("additionalInfo", user.additional_info);
}

}  // namespace

const char* to_string(Role role) {
  switch (role) {
    case Role::Viewer:
      return "VIEWER";
    case Role::Operator:
      return "OPERATOR";
    case Role::Admin:
      return "ADMIN";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::Viewer, Role::Operator, Role::Admin}) {
    if (name == to_string(role)) return role;
  }
  if (name == "SYS_ADMIN") return Role::Admin;
  return std::nullopt;
}

Result<User> Users::create(Transaction& transaction, User user, std::int64_t now) {
  auto checked = check(user);
  if (!checked) return tl::unexpected(checked.error());
  user.id = make_uuid();
  user.created = now;
  user.password_changed = now;
  user.failed_logins = 0;
  user.locked_until = 0;
  auto done =
      or_taken(transaction.database().run("INSERT INTO users (" + std::string(kColumns) +
                                              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                          user.id, user.created, user.email, user.first_name,
                                          user.last_name, to_string(user.role), user.password_hash,
                                          user.password_changed, user.enabled, user.additional_info,
                                          user.failed_logins, user.locked_until),
               taken(user));
  if (!done) return tl::unexpected(done.error());
  return user;
}

Result<void> Users::update(Transaction& transaction, const User& user) {
  auto checked = check(user);
  if (!checked) return checked;
  if (user.role != Role::Admin || !user.enabled) {
    auto kept = keep_an_admin(user.id);
    if (!kept) return kept;
  }
  auto done = or_taken(transaction.database().run(
                           "UPDATE users SET email = ?, first_name = ?, last_name = ?, role = ?, "
                           "enabled = ?, additional_info = ? WHERE id = ?",
                           user.email, user.first_name, user.last_name, to_string(user.role),
                           user.enabled, user.additional_info, user.id),
                       taken(user));
  return or_not_found(std::move(done), transaction.database(), name_of(user.id));
}

Result<void> Users::set_password(Transaction& transaction, std::string_view id,
                                 std::string_view hash, std::int64_t now) {
  Database& database = transaction.database();
  auto done = or_not_found(
      database.run("UPDATE users SET password_hash = ?, password_changed = ?, failed_logins = 0, "
                   "locked_until = 0 WHERE id = ?",
                   hash, now, id),
      database, name_of(id));
  if (!done) return done;
  return RefreshTokens(database).revoke_user(transaction, id);
}

Result<void> Users::set_failed_logins(Transaction& transaction, std::string_view id,
                                      std::uint32_t failed_logins, std::int64_t locked_until) {
  return or_not_found(transaction.database().run(
                          "UPDATE users SET failed_logins = ?, locked_until = ? WHERE id = ?",
                          failed_logins, locked_until, id),
                      transaction.database(), name_of(id));
}

Result<void> Users::remove(Transaction& transaction, std::string_view id) {
  auto kept = keep_an_admin(id);
  if (!kept) return kept;
  return or_not_found(transaction.database().run("DELETE FROM users WHERE id = ?", id),
                      transaction.database(), name_of(id));
}

/// Refuses to lose the user if nobody could administer the broker any more.
Result<void> Users::keep_an_admin(std::string_view without_id) {
  Statement is_last = database_.prepare(
      "SELECT 1 FROM users WHERE id = ?1 AND role = 'ADMIN' AND enabled AND NOT EXISTS "
      "(SELECT 1 FROM users WHERE id <> ?1 AND role = 'ADMIN' AND enabled)");
  const auto has_row = is_last.bind(without_id).step();
  if (!has_row) return tl::unexpected(has_row.error());
  if (*has_row) return invalid("the last administrator cannot be removed, disabled or demoted");
  return {};
}

Result<User> Users::get(std::string_view id) {
  return or_not_found(read_first(select(database_, "id = ?").bind(id), read_user), name_of(id));
}

Result<std::optional<User>> Users::find_by_email(std::string_view email) {
  return read_first(select(database_, "email = ?").bind(email), read_user);
}

Result<std::uint64_t> Users::count() {
  return count_rows(database_, "users", {});
}

Result<Page<User>> Users::page(const PageRequest& request) {
  Filter filter;
  filter.contains({"email"}, request.text_search);
  filter.within("created", request);
  return read_page(database_, {"users", kColumns, kSortable}, request, filter, read_user);
}

}  // namespace sluice::entities
