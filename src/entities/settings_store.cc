#include "entities/settings_store.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "entities/json_reader.h"
#include "entities/outcomes.h"
#include "entities/provider_configuration.h"
#include "entities/secrets.h"
#include "entities/settings_defaults.h"

namespace sluice::entities {
namespace {

namespace json = boost::json;

constexpr const char* kLeftOut[] = {"password", "proxyPassword"};

/// A password that is missing is one that the sender was not shown; an empty one ends it.
std::string mask_missing(const json::object& value) {
  json::object masked = value;
  for (const char* const name : kLeftOut) {
    json::value& member = masked[name];
    if (member.is_null()) member = kMask;
  }
  return json::serialize(masked);
}

}  // namespace

Result<AdminSetting> SettingsStore::get(std::string_view key) {
  return or_not_found(
      read_first(
          database_.prepare("SELECT id, created, key, value FROM settings WHERE key = ?").bind(key),
          [](const Statement& row) {
            return AdminSetting{row.string(0), row.integer(1), row.string(2), row.string(3)};
          }),
      "The settings '" + std::string(key) + "'");
}

Result<AdminSetting> SettingsStore::complete(std::string_view key, std::string_view value) {
  auto setting = get(key);
  if (!setting) return setting;
  const auto given = parse_json_object(value, "jsonValue");
  if (!given) return tl::unexpected(given.error());
  const std::string sent = key == "mail" ? mask_missing(*given) : json::serialize(*given);
  auto completed = complete_setting(key, restore_secrets(sent, setting->value));
  if (!completed) return tl::unexpected(completed.error());
  setting->value = std::move(*completed);
  return setting;
}

Result<AdminSetting> SettingsStore::put(Transaction& transaction, std::string_view key,
                                        std::string_view value) {
  auto setting = complete(key, value);
  if (!setting) return setting;
  const auto done = transaction.database().run("UPDATE settings SET value = ? WHERE key = ?",
                                               setting->value, key);
  if (!done) return tl::unexpected(done.error());
  return setting;
}

Result<std::vector<auth::ProviderType>> SettingsStore::provider_priorities() {
  const auto setting = get("mqttAuthorization");
  if (!setting) return tl::unexpected(setting.error());
  const auto object = parse_json_object(setting->value, "mqttAuthorization");
  if (!object) return tl::unexpected(object.error());
  JsonReader::Mistake mistake;
  JsonReader reader(*object, mistake);
  std::vector<auth::ProviderType> order;
  for (const std::string& name : reader.texts("priorities")) {
    if (const auto type = parse_provider_type(name)) order.push_back(*type);
  }
  return order;
}

AdminSetting without_secrets(AdminSetting setting) {
  if (setting.key != "mail") return setting;
  auto value = parse_json_object(setting.value, setting.key);
  if (!value) return setting;  // it never got in
  for (const char* const name : kLeftOut) value->erase(name);
  setting.value = json::serialize(*value);
  return setting;
}

}  // namespace sluice::entities
