#include "entities/settings_defaults.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <optional>
#include <set>

#include "entities/json_reader.h"

namespace sluice::entities {
namespace {

namespace json = boost::json;

// TBMQ's, but for the lengths of a password (NIST SP 800-63B), SCRAM, which has no place in the
// order, and the mail server's own authority. A null is a number that may be missing.
constexpr std::array kDefaults{
    DefaultSetting{"general", R"({"baseUrl": "http://localhost:8083",
                                  "prohibitDifferentUrl": false})"},
    DefaultSetting{"mail", R"({"mailFrom": "Sluice <noreply@localhost>", "smtpProtocol": "smtp",
                               "smtpHost": "localhost", "smtpPort": 25, "timeout": 10000,
                               "enableTls": false, "tlsVersion": "TLSv1.2", "username": "",
                               "password": "", "enableProxy": false, "proxyHost": "",
                               "proxyPort": null, "proxyUser": "", "proxyPassword": "",
                               "showChangePassword": false, "caCertificate": ""})"},
    DefaultSetting{"connectivity", R"({"mqtt": {"enabled": true, "host": "", "port": "1883"},
                                       "mqtts": {"enabled": false, "host": "", "port": "8883"},
                                       "ws": {"enabled": true, "host": "", "port": "8084"},
                                       "wss": {"enabled": false, "host": "", "port": "8085"}})"},
    DefaultSetting{"websocket", R"({"isLoggingEnabled": true, "maxMessages": 1000})"},
    DefaultSetting{"mqttAuthorization",
                   R"({"priorities": ["MQTT_BASIC", "X_509", "JWT", "HTTP"]})"},
    DefaultSetting{"securitySettings",
                   R"({"passwordPolicy": {"minimumLength": 12, "maximumLength": 128,
                       "minimumUppercaseLetters": null, "minimumLowercaseLetters": null,
                       "minimumDigits": null, "minimumSpecialCharacters": null,
                       "allowWhitespaces": true, "forceUserToResetPasswordIfNotValid": false,
                       "passwordExpirationPeriodDays": null, "passwordReuseFrequencyDays": null}})"},
};

std::optional<std::int64_t> number_of(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string()) return std::nullopt;
  const json::string& digits = value.get_string();
  std::int64_t number = 0;
  const auto end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return number;
}

/// Completes settings by the example of their default.
class Completion {
 public:
  json::value complete(const json::value& example, const json::value* given,
                       const std::string& path) {
    if (given == nullptr || given->is_null()) return example;
    switch (example.kind()) {
      case json::kind::object:
        return complete_object(example.get_object(), *given, path);
      case json::kind::array:
        return complete_names(*given, path);
      case json::kind::bool_:
        return given->is_bool() ? *given : fail(path, "must be true or false");
      case json::kind::string:
        if (given->is_int64()) return json::value(std::to_string(given->get_int64()));
        return given->is_string() ? *given : fail(path, "must be a text");
      default:
        return complete_number(*given, path);
    }
  }

  std::optional<std::string> mistake;

 private:
  json::value complete_object(const json::object& example, const json::value& given,
                              const std::string& path) {
    if (!given.is_object()) return fail(path, "must be an object");
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const auto& [name, value] : given.get_object()) {
      if (!example.contains(name)) fail(prefix + std::string(name), "unknown");
    }
    json::object completed;
    for (const auto& [name, value] : example) {
      completed[name] =
          complete(value, given.get_object().if_contains(name), prefix + std::string(name));
    }
    return completed;
  }

  json::value complete_names(const json::value& given, const std::string& path) {
    static const std::set<std::string_view> kProviders{"MQTT_BASIC", "X_509", "JWT", "HTTP"};
    if (!given.is_array()) return fail(path, "must be a list");
    std::set<std::string_view> seen;
    for (const json::value& item : given.get_array()) {
      const json::string* const name = item.if_string();
      const auto view = name == nullptr ? std::string_view() : std::string_view(*name);
      if (!kProviders.contains(view)) return fail(path, "holds MQTT_BASIC, X_509, JWT and HTTP");
      if (!seen.insert(view).second) return fail(path, "names " + std::string(view) + " twice");
    }
    return given;
  }

  json::value complete_number(const json::value& given, const std::string& path) {
    const auto number = number_of(given);
    if (!number || *number < 0) return fail(path, "must be a number, 0 or more");
    return *number;
  }

  json::value fail(const std::string& path, const std::string& what) {
    if (!mistake) mistake = (path.empty() ? "jsonValue" : path) + ": " + what;
    return nullptr;
  }
};

}  // namespace

std::span<const DefaultSetting> default_settings() {
  return kDefaults;
}

Result<std::string> complete_setting(std::string_view key, std::string_view text) {
  const auto found = std::ranges::find(kDefaults, key, &DefaultSetting::key);
  if (found == kDefaults.end()) {
    return not_found("The settings '" + std::string(key) + "' do not exist");
  }
  const auto given = parse_json_object(text, "jsonValue");
  if (!given) return tl::unexpected(given.error());
  const json::value value = *given;
  Completion completion;
  const json::value completed =
      completion.complete(json::parse({found->json.data(), found->json.size()}), &value, "");
  if (completion.mistake) return invalid(*completion.mistake);
  return json::serialize(completed);
}

}  // namespace sluice::entities
