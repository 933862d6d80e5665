#include "admin/http/api_error.h"

#include <boost/json.hpp>

namespace sluice::admin {

std::string ApiError::to_json(std::int64_t timestamp) const {
  boost::json::object body{{"status", status},
                           {"message", message},
                           {"errorCode", static_cast<int>(code)},
                           {"timestamp", timestamp}};
  if (!reset_token.empty()) body["resetToken"] = reset_token;
  return boost::json::serialize(body);
}

namespace {

tl::unexpected<ApiError> error(unsigned status, ErrorCode code, std::string message) {
  return tl::unexpected<ApiError>(ApiError{status, code, std::move(message), {}, {}});
}

}  // namespace

tl::unexpected<ApiError> bad_request(std::string message) {
  return error(400, ErrorCode::BadRequest, std::move(message));
}

tl::unexpected<ApiError> not_found(std::string message) {
  return error(404, ErrorCode::NotFound, std::move(message));
}

tl::unexpected<ApiError> unauthenticated(std::string message) {
  return error(401, ErrorCode::Authentication, std::move(message));
}

tl::unexpected<ApiError> permission_denied(std::string message) {
  return error(403, ErrorCode::PermissionDenied, std::move(message));
}

tl::unexpected<ApiError> too_many_requests(std::string message, std::chrono::seconds retry_after) {
  return tl::unexpected<ApiError>(
      ApiError{429, ErrorCode::TooManyRequests, std::move(message), retry_after, {}});
}

tl::unexpected<ApiError> conflict(std::string message) {
  return error(409, ErrorCode::VersionConflict, std::move(message));
}

tl::unexpected<ApiError> broken(std::string message) {
  return error(500, ErrorCode::General, std::move(message));
}

}  // namespace sluice::admin
