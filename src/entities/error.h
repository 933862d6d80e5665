#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace sluice::entities {

enum class ErrorKind : std::uint8_t {
  NotFound,  // no entity with this id, name or key
  Conflict,  // something else has this name or key already
  Invalid,   // the caller's values; `what` names the field
  Database,  // the disk or the file; nothing was changed
};

/// Why the store did not do it, in words for an operator.
struct Error {
  ErrorKind kind = ErrorKind::Database;
  std::string what;
};

/// Hides sluice::Result in this namespace: callers map the kind to a status of HTTP.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> not_found(std::string what) {
  return tl::unexpected<Error>(Error{ErrorKind::NotFound, std::move(what)});
}
inline tl::unexpected<Error> conflict(std::string what) {
  return tl::unexpected<Error>(Error{ErrorKind::Conflict, std::move(what)});
}
inline tl::unexpected<Error> invalid(std::string what) {
  return tl::unexpected<Error>(Error{ErrorKind::Invalid, std::move(what)});
}
inline tl::unexpected<Error> database_failure(std::string what) {
  return tl::unexpected<Error>(Error{ErrorKind::Database, std::move(what)});
}

}  // namespace sluice::entities
