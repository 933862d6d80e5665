#include "providers/jwt_claims.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <string_view>
#include <utility>

#include "providers/text_template.h"

namespace sluice::providers {

namespace {

namespace json = boost::json;

/// NumericDate of RFC 7519 in milliseconds; nullopt in the result: there is no such claim.
Result<std::optional<std::int64_t>> date_of(const json::object& claims, const char* name) {
  const json::value* value = claims.if_contains(name);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code error;
  const double date = value->is_number() ? value->to_number<double>(error) : -1;
  // Up to the year 9999: beyond it milliseconds would not be exact some day.
  if (error || !std::isfinite(date) || date < 0 || date > 253'402'300'799.0) {
    return failure(std::string(name) + " is not a date");
  }
  return static_cast<std::int64_t>(date * 1000);
}

/// What a claim reads as; nullopt: it is an object, a list or null.
std::optional<std::string> scalar_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_number() || value.is_bool()) return json::serialize(value);
  return std::nullopt;
}

bool fits(const json::value& value, const std::string& wanted) {
  if (!value.is_array()) return scalar_of(value) == wanted;
  for (const auto& element : value.get_array()) {
    if (scalar_of(element) == wanted) return true;
  }
  return false;
}

/// nullopt: it needs what the Client did not say.
std::optional<std::string> expand(const std::string& wanted, const auth::ConnectRequest& request) {
  bool is_complete = true;
  std::string text =
      expand_template(wanted, [&](std::string_view name) -> std::optional<std::string> {
        if (name == "username") {
          is_complete = is_complete && request.username && !request.username->empty();
          return request.username.value_or("");
        }
        if (name == "clientId") {
          is_complete = is_complete && !request.client_id.empty();
          return request.client_id;
        }
        return std::nullopt;
      });
  if (!is_complete) return std::nullopt;
  return text;
}

Result<auth::RuleList> list_of(const json::object& claims, const std::string& name,
                               const auth::RuleList& otherwise) {
  const json::value* value = name.empty() ? nullptr : claims.if_contains(name);
  if (value == nullptr) return otherwise;
  if (!value->is_array()) return failure(name + " is not a list");
  auth::RuleList list;
  for (const auto& element : value->get_array()) {
    if (!element.is_string()) return failure(name + " is not a list of texts");
    list.patterns.emplace_back(element.get_string());
  }
  return list;
}

}  // namespace

Result<std::optional<std::int64_t>> check_times(const json::object& claims, std::int64_t now) {
  const auto expires = date_of(claims, "exp");
  const auto not_before = date_of(claims, "nbf");
  const auto issued = date_of(claims, "iat");
  for (const auto* date : {&expires, &not_before, &issued}) {
    if (!*date) return tl::unexpected(date->error());
  }
  if (*not_before && **not_before > now + kClockSkew) return failure("not valid yet (nbf)");
  if (*issued && **issued > now + kClockSkew) return failure("issued in the future (iat)");
  if (!*expires) return std::nullopt;
  if (**expires + kClockSkew <= now) return failure("expired (exp)");
  return **expires > now ? **expires : **expires + kClockSkew;
}

Result<void> check_claims(const json::object& claims,
                          const std::map<std::string, std::string>& wanted,
                          const auth::ConnectRequest& request) {
  for (const auto& [name, text] : wanted) {
    const json::value* value = claims.if_contains(name);
    const auto expanded = expand(text, request);
    if (value == nullptr || !expanded || !fits(*value, *expanded)) {
      return failure("claim '" + name + "' does not fit");
    }
  }
  return {};
}

config::ClientType client_type_of(const json::object& claims, const JwtSettings& settings,
                                  const auth::ConnectRequest& request) {
  const config::ClientType type = settings.default_client_type;
  if (settings.client_type_claims.empty()) return type;
  if (!check_claims(claims, settings.client_type_claims, request)) return type;
  return type == config::ClientType::Device ? config::ClientType::Application
                                            : config::ClientType::Device;
}

Result<std::optional<auth::RuleText>> rules_of(const json::object& claims,
                                               const JwtSettings& settings) {
  if (settings.publish_rules_claim.empty() && settings.subscribe_rules_claim.empty()) {
    return settings.rules;
  }
  const auth::RuleText otherwise = settings.rules.value_or(auth::RuleText{});
  auto publish = list_of(claims, settings.publish_rules_claim, otherwise.publish);
  if (!publish) return tl::unexpected(publish.error());
  auto subscribe = list_of(claims, settings.subscribe_rules_claim, otherwise.subscribe);
  if (!subscribe) return tl::unexpected(subscribe.error());
  return auth::RuleText{std::move(*publish), std::move(*subscribe)};
}

}  // namespace sluice::providers
