#include "entities/outcomes.h"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace sluice::entities {

Result<void> or_not_found(Result<void> done, const Database& database, std::string_view what) {
  if (!done) return done;
  if (database.changed_rows() == 0) return not_found(std::string(what) + " does not exist");
  return {};
}

Result<void> or_taken(Result<void> done, std::string_view what) {
  if (!done && done.error().kind == ErrorKind::Conflict) {
    return conflict(std::string(what) + " already exists");
  }
  return done;
}

Result<void> check_json_object(std::string_view field, std::string_view text) {
  if (text.empty()) return {};
  boost::system::error_code error;
  const auto value = boost::json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return invalid(std::string(field) + ": not a JSON object");
  return {};
}

Result<void> check_name(std::string_view field, std::string_view text) {
  if (text.empty()) return invalid(std::string(field) + ": must not be empty");
  if (text.size() > kNameLengthMax) {
    return invalid(std::string(field) + ": longer than " + std::to_string(kNameLengthMax) +
                   " bytes");
  }
  const bool has_controls = std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (has_controls) return invalid(std::string(field) + ": must not have control characters");
  return {};
}

}  // namespace sluice::entities
