#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace sluice::admin {

/// TBMQ's `errorCode` values.
enum class ErrorCode : int {
  General = 2,
  Authentication = 10,
  TokenExpired = 11,
  PasswordExpired = 15,
  PermissionDenied = 20,
  InvalidArguments = 30,
  BadRequest = 31,
  NotFound = 32,
  TooManyRequests = 33,
  VersionConflict = 35,
  PasswordViolation = 45,
  Database = 46,
};

/// Why a request failed, as the caller is told.
struct ApiError {
  unsigned status = 500;
  ErrorCode code = ErrorCode::General;
  std::string message;
  std::optional<std::chrono::seconds> retry_after;
  std::string reset_token;  // PasswordExpired: what sets a new password

  /// TBMQ's body: `{status, message, errorCode, timestamp}`.
  /// timestamp  milliseconds since 1970
  std::string to_json(std::int64_t timestamp) const;
};

template <class T>
using Outcome = tl::expected<T, ApiError>;

tl::unexpected<ApiError> bad_request(std::string message);
tl::unexpected<ApiError> not_found(std::string message);
tl::unexpected<ApiError> unauthenticated(std::string message);
tl::unexpected<ApiError> permission_denied(std::string message);
tl::unexpected<ApiError> too_many_requests(std::string message, std::chrono::seconds retry_after);
tl::unexpected<ApiError> conflict(std::string message);
/// Something of ours failed, not of the caller's.
tl::unexpected<ApiError> broken(std::string message);

}  // namespace sluice::admin
