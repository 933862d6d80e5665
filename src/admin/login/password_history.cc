#include "admin/login/password_history.h"

#include <boost/json.hpp>
#include <cstdlib>

#include "admin/http/fields.h"
#include "admin/login/password_hash.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kMember = "userPasswordHistory";

json::object parse_info(std::string_view additional_info) {
  const auto value = parse_json(additional_info);
  return value && value->is_object() ? value->get_object() : json::object();
}

/// Keys are the times, as text, oldest first.
json::object history_of(const json::object& info) {
  const json::value* history = info.if_contains(kMember);
  return history && history->is_object() ? history->get_object() : json::object();
}

}  // namespace

bool was_used_since(std::string_view additional_info, std::string_view password,
                    std::int64_t since) {
  for (const auto& [time, hash] : history_of(parse_info(additional_info))) {
    if (!hash.is_string() || std::atoll(std::string(time).c_str()) < since) continue;
    const std::string text(hash.get_string().data(), hash.get_string().size());
    if (match_user_password(password, text) != PasswordMatch::No) return true;
  }
  return false;
}

std::string remember_password(std::string_view additional_info, std::string_view hash,
                              std::int64_t now) {
  json::object info = parse_info(additional_info);
  json::object before = history_of(info);
  json::object history;
  std::size_t skip =
      before.size() < kPasswordHistoryMax ? 0 : before.size() + 1 - kPasswordHistoryMax;
  for (const auto& [time, kept] : before) {
    if (skip > 0) {
      --skip;
    } else {
      history[time] = kept;
    }
  }
  history[std::to_string(now)] = hash;
  info[kMember] = std::move(history);
  return json::serialize(info);
}

std::string without_password_history(std::string_view additional_info) {
  if (additional_info.find(kMember) == std::string_view::npos) return std::string(additional_info);
  json::object info = parse_info(additional_info);
  info.erase(kMember);
  return info.empty() ? std::string() : json::serialize(info);
}

}  // namespace sluice::admin
