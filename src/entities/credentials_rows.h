#pragma once

#include <string>
#include <string_view>

#include "entities/credentials_store.h"
#include "entities/database.h"

namespace sluice::entities {

// How credentials are kept in a row of client_credentials. What every reader has first: these
// columns, in this order.
inline constexpr std::string_view kCredentialsColumns =
    "id, name, client_type, type, value, created, additional_info";

std::string select_credentials(std::string_view condition);

/// errors  Database: a value that this program cannot read, naming the credentials
Result<ClientCredentials> read_credentials(const Statement& row);

inline constexpr std::string_view kInsertCredentials =
    "INSERT INTO client_credentials (name, client_type, type, key, value, additional_info, "
    "client_id, username, common_name, is_expression, created, id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr std::string_view kUpdateCredentials =
    "UPDATE client_credentials SET name = ?, client_type = ?, type = ?, key = ?, value = ?, "
    "additional_info = ?, client_id = ?, username = ?, common_name = ?, is_expression = ?, "
    "created = ? WHERE id = ?";

/// Runs one of the two above.
/// errors  Conflict: which of name and key is taken
Result<void> write_credentials(Statement& statement, const ClientCredentials& credentials);

}  // namespace sluice::entities
