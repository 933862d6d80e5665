#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

/// One line of a bulk import, not hashed yet.
struct ImportRow {
  entities::ClientCredentials credentials;
  std::string password;  // empty: any password will do
};

struct ImportRows {
  std::vector<ImportRow> rows;
  std::vector<std::string> errors;  // of lines that are left out
};

/// More lines than this are refused: each password takes 50 ms and more to hash.
inline constexpr std::size_t kImportRowsMax = 10'000;

/// Reads TBMQ's `{file, mapping: {columns, delimiter, authRulesDelimiter, header}}`.
///
/// Where a column of patterns is mapped, an empty cell allows nothing; where none is, the Clients
/// may do everything, as with TBMQ's credentials without rules.
/// errors  400: the mapping, or a file that is no CSV; what is wrong with a line is in `errors`
Outcome<ImportRows> read_import(const boost::json::value& body);

/// POST /api/mqtt/client/credentials/bulk_import: creates or updates each line by its name.
/// Passwords are hashed aside, on `auth.hash_threads` threads of low priority.
Outcome<Response> import_credentials(Services& services, const Request& request);

}  // namespace sluice::admin
