#include "entities/secrets.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sluice::entities {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 14> kSecretNames{
    "password",  "newPassword", "currentPassword", "passwordHash", "proxyPassword",
    "secret",    "privateKey",  "keyPassword",     "salt",         "storedKey",
    "serverKey", "token",       "refreshToken",    "apiKey"};

/// Of headers, whose names anybody can invent, rather one too many.
constexpr std::array<std::string_view, 6> kSecretHeaderParts{"auth",   "token",    "key",
                                                             "secret", "password", "cookie"};

bool is_secret(std::string_view name, bool is_header) {
  if (std::ranges::find(kSecretNames, name) != kSecretNames.end()) return true;
  return is_header && std::ranges::any_of(kSecretHeaderParts, [&](std::string_view part) {
           return boost::algorithm::icontains(name, part);
         });
}

/// Calls `change(value, before)` for each secret text in `value`, with what `before` has in the
/// same place (null if nothing). Depth is bounded by the JSON parser's.
template <class Change>
void each_secret(json::value& value, const json::value* before, bool is_header,
                 const Change& change) {
  if (json::array* const items = value.if_array()) {
    const json::array* const old = before == nullptr ? nullptr : before->if_array();
    for (std::size_t i = 0; i < items->size(); ++i) {
      each_secret((*items)[i], old == nullptr ? nullptr : old->if_contains(i), false, change);
    }
  } else if (json::object* const members = value.if_object()) {
    const json::object* const old = before == nullptr ? nullptr : before->if_object();
    for (auto& [name, member] : *members) {
      const json::value* const place = old == nullptr ? nullptr : old->if_contains(name);
      if (member.is_string() && is_secret(name, is_header)) {
        change(member, place);
      } else {
        each_secret(member, place, name == "headers", change);
      }
    }
  }
}

std::string_view view_of(const json::string& text) {
  return {text.data(), text.size()};
}

}  // namespace

std::string mask_secrets(std::string_view text) {
  if (text.empty()) return {};
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error);
  if (error) return std::string(kMask);
  each_secret(value, nullptr, false, [](json::value& secret, const json::value*) {
    if (!secret.get_string().empty()) secret = kMask;
  });
  return json::serialize(value);
}

std::string restore_secrets(std::string_view text, std::string_view before) {
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error);
  if (error) return std::string(text);
  json::value old = json::parse({before.data(), before.size()}, error);
  if (error) old = nullptr;
  each_secret(value, &old, false, [](json::value& secret, const json::value* place) {
    if (view_of(secret.get_string()) != kMask) return;
    const bool had_one = place != nullptr && place->is_string();
    secret = had_one ? json::value(place->get_string()) : json::value("");
  });
  return json::serialize(value);
}

}  // namespace sluice::entities
