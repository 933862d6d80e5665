#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// What a person or an API key may do: look; also act on Clients; also change the configuration.
enum class Role : std::uint8_t { Viewer, Operator, Admin };

/// "VIEWER", "OPERATOR", "ADMIN".
const char* to_string(Role role);
/// Also TBMQ's "SYS_ADMIN" for ADMIN.
std::optional<Role> parse_role(std::string_view name);

/// A person who administers the broker.
struct User {
  std::string id;            // UUID
  std::int64_t created = 0;  // milliseconds since 1970, like all times here
  std::string email;         // unique, ASCII letters in either case
  std::string first_name;
  std::string last_name;
  Role role = Role::Viewer;
  std::string password_hash;  // Argon2id in its text form; empty: cannot log in by password
  std::int64_t password_changed = 0;
  bool enabled = true;
  std::string additional_info;  // JSON object; empty: none
  std::uint32_t failed_logins = 0;
  std::int64_t locked_until = 0;
};

/// The users. There is always an enabled ADMIN once there was one.
class Users {
 public:
  explicit Users(Database& database) : database_(database) {}

  /// Adds one and gives it an id.
  /// returns  the user as it is kept
  /// errors   Conflict: the e-mail address is taken; Invalid: it is none, additional_info is no
  /// JSON
  Result<User> create(Transaction& transaction, User user, std::int64_t now);

  /// Changes e-mail, names, role, enabled and additional_info of the user with this id.
  /// errors  as above; NotFound; Invalid: the last enabled ADMIN would be gone
  Result<void> update(Transaction& transaction, const User& user);

  /// Also ends a lock and revokes the refresh tokens of the user.
  Result<void> set_password(Transaction& transaction, std::string_view id, std::string_view hash,
                            std::int64_t now);

  /// Remembers how often logging in failed since it last worked, and how long to refuse it.
  Result<void> set_failed_logins(Transaction& transaction, std::string_view id,
                                 std::uint32_t failed_logins, std::int64_t locked_until);

  /// errors  NotFound; Invalid: it is the last enabled ADMIN
  Result<void> remove(Transaction& transaction, std::string_view id);

  Result<User> get(std::string_view id);
  Result<std::optional<User>> find_by_email(std::string_view email);
  Result<std::uint64_t> count();

  /// text_search in the e-mail address; sorted by createdTime, email, firstName, lastName,
  /// authority; times are createdTime.
  Result<Page<User>> page(const PageRequest& request);

 private:
  Result<void> keep_an_admin(std::string_view without_id);
  Database& database_;
};

}  // namespace sluice::entities
