#include "entities/auth_providers.h"

#include <array>

#include "entities/outcomes.h"
#include "entities/page_query.h"
#include "entities/provider_configuration.h"
#include "entities/secrets.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kColumns = "id, created, type, enabled, configuration, additional_info";

constexpr std::array kSortable{SortColumn{"createdTime", "created"}, SortColumn{"type", "type"},
                               SortColumn{"enabled", "enabled"}};

AuthProvider read_provider(const Statement& row) {
  return {row.string(0),
          row.integer(1),
          parse_provider_type(row.text(2)).value_or(auth::ProviderType::None),
          row.integer(3) != 0,
          row.string(4),
          row.string(5)};
}

std::string select() {
  return "SELECT " + std::string(kColumns) + " FROM auth_providers ";
}

Result<void> check(const AuthProvider& provider) {
  const auto settings = parse_provider_configuration(provider.type, provider.configuration);
  if (!settings) return tl::unexpected(settings.error());
  if (provider.enabled) {
    auto ready = check_ready(*settings);
    if (!ready) return ready;
  }
  return check_json_object("additionalInfo", provider.additional_info);
}

}  // namespace

Result<AuthProvider> AuthProviders::update(Transaction& transaction, AuthProvider provider) {
  if (provider.type == auth::ProviderType::None) return invalid("type: missing or unknown");
  const auto before = get(provider.type);
  if (!before) return tl::unexpected(before.error());
  provider.id = before->id;
  provider.created = before->created;
  provider.configuration = restore_secrets(provider.configuration, before->configuration);
  const auto checked = check(provider);
  if (!checked) return tl::unexpected(checked.error());
  const auto done = transaction.database().run(
      "UPDATE auth_providers SET enabled = ?, configuration = ?, additional_info = ? WHERE id = ?",
      provider.enabled, provider.configuration, provider.additional_info, provider.id);
  if (!done) return tl::unexpected(done.error());
  return provider;
}

Result<void> AuthProviders::set_enabled(Transaction& transaction, std::string_view id,
                                        bool enabled) {
  auto provider = get(id);
  if (!provider) return tl::unexpected(provider.error());
  provider->enabled = enabled;
  auto checked = check(*provider);
  if (!checked) return checked;
  return transaction.database().run("UPDATE auth_providers SET enabled = ? WHERE id = ?", enabled,
                                    id);
}

Result<AuthProvider> AuthProviders::get(std::string_view id) {
  return or_not_found(
      read_first(database_.prepare(select() + "WHERE id = ?").bind(id), read_provider),
      "The authentication provider " + std::string(id));
}

Result<AuthProvider> AuthProviders::get(auth::ProviderType type) {
  const std::string name = auth::to_string(type);
  return or_not_found(
      read_first(database_.prepare(select() + "WHERE type = ?").bind(name), read_provider),
      "The authentication provider " + name);
}

Result<std::vector<AuthProvider>> AuthProviders::all() {
  return read_all(database_.prepare(select() + "ORDER BY rowid"), read_provider);
}

Result<Page<AuthProvider>> AuthProviders::page(const PageRequest& request) {
  Filter filter;
  filter.contains({"type"}, request.text_search);
  filter.within("created", request);
  return read_page(database_, {"auth_providers", kColumns, kSortable}, request, filter,
                   read_provider);
}

}  // namespace sluice::entities
