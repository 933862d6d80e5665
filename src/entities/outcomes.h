#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "entities/database.h"

namespace sluice::entities {

// What the tables have in common: SQLite's answers in the words of an entity.

/// `what`  "the user <id>"
template <class T>
Result<T> or_not_found(Result<std::optional<T>> found, std::string_view what) {
  if (!found) return tl::unexpected(found.error());
  if (!*found) return not_found(std::string(what) + " does not exist");
  return std::move(**found);
}

/// After an UPDATE or DELETE of one row.
Result<void> or_not_found(Result<void> done, const Database& database, std::string_view what);

/// `what`  "A user with the e-mail address '...'"
Result<void> or_taken(Result<void> done, std::string_view what);

/// Whether it is empty or a JSON object.
Result<void> check_json_object(std::string_view field, std::string_view text);

inline constexpr std::size_t kNameLengthMax = 255;  // bytes

/// Whether it has 1 to kNameLengthMax bytes and no control characters.
Result<void> check_name(std::string_view field, std::string_view text);

}  // namespace sluice::entities
