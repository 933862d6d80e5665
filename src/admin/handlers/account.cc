#include "admin/handlers/account.h"

#include "admin/handlers/json_parts.h"
#include "admin/handlers/user_json.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kEmailMax = 320;  // bytes

Outcome<Response> pair_response(const Outcome<TokenPair>& pair) {
  if (!pair) return tl::unexpected(pair.error());
  return Response::json(
      json::object{{"token", pair->token}, {"refreshToken", pair->refresh_token}});
}

}  // namespace

Outcome<Response> log_in(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string username = fields.required_text("username");
  const std::string password = fields.required_text("password");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return pair_response(services.accounts.log_in(request.caller, username, password));
}

Outcome<Response> refresh_token(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string token = fields.required_text("refreshToken");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return pair_response(services.accounts.refresh(request.caller, token));
}

Outcome<Response> log_out(Services& services, const Request& request) {
  if (auto done = services.accounts.log_out(request.caller); !done) {
    return tl::unexpected(done.error());
  }
  return Response::empty();
}

Outcome<Response> get_own_user(Services& services, const Request& request) {
  if (request.caller.user_id.empty()) {
    // An API key and the local socket are nobody of the users.
    return Response::json(
        json::object{{"email", request.caller.who},
                     {"authority", text_json(authority_of(request.caller.role))}});
  }
  const auto user = from_store(services.context.store.users().get(request.caller.user_id));
  if (!user) return tl::unexpected(user.error());
  return Response::json(user_to_json(*user));
}

Outcome<Response> change_own_password(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string current = fields.required_text("currentPassword");
  const std::string next = fields.required_text("newPassword");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return pair_response(services.accounts.change_password(request.caller, current, next));
}

Outcome<Response> set_up(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string token = fields.required_text("token");
  const std::string email = fields.required_text("email");
  const std::string password = fields.required_text("password");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return pair_response(services.setup.set_up(request.caller, token, email, password));
}

Outcome<Response> get_password_policy(Services& services, const Request&) {
  return Response::json(services.accounts.policy().to_json());
}

Outcome<Response> request_password_reset(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string email = fields.required_text("email", kEmailMax);
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  if (auto done = services.password_reset.request(request.caller, email); !done) {
    return tl::unexpected(done.error());
  }
  return Response::empty();
}

Outcome<Response> follow_password_reset(Services& services, const Request& request) {
  const auto token = request.query.required("resetToken");
  if (!token) return tl::unexpected(token.error());
  if (!services.password_reset.is_valid(*token)) return conflict("The reset token is not valid");
  Response response;
  response.status = 303;
  // A token that is valid has the characters of base64url and dots only.
  response.headers.emplace_back("Location", "/login/resetPassword?resetToken=" + *token);
  return response;
}

Outcome<Response> reset_password(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::string token = fields.required_text("resetToken");
  const std::string password = fields.required_text("password");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  return pair_response(services.password_reset.reset(request.caller, token, password));
}

}  // namespace sluice::admin
