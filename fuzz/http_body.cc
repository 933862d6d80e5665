// What somebody sends to the administration: each reader of a body takes it or says in words why
// not, and what was taken can be shown again.

#include <cstddef>
#include <cstdint>
#include <string>

#include "admin/handlers/blocked_clients.h"
#include "admin/handlers/credentials_import.h"
#include "admin/handlers/credentials_json.h"
#include "admin/handlers/provider_json.h"
#include "admin/handlers/users.h"
#include "admin/http/csv.h"
#include "admin/http/fields.h"
#include "admin/http/query.h"
#include "admin/login/password_policy.h"
#include "base/assert.h"
#include "entities/provider_configuration.h"

namespace {

using namespace sluice;

template <class T>
bool is_taken(const admin::Outcome<T>& outcome) {
  SLUICE_ASSERT(outcome || (outcome.error().status == 400 && !outcome.error().message.empty()));
  return outcome.has_value();
}

void read_as_entities(const boost::json::value& body) {
  const auto credentials = admin::read_credentials(body);
  if (is_taken(credentials)) {
    const auto shown = admin::credentials_to_json(credentials->credentials);
    SLUICE_ASSERT(boost::json::parse(boost::json::serialize(shown)).is_object());
  }
  const auto provider = admin::read_provider(body);
  if (is_taken(provider)) {
    (void)entities::parse_provider_configuration(provider->type, provider->configuration);
    (void)admin::provider_to_json(*provider);
    (void)admin::short_provider_to_json(*provider);
  }
  const auto user = admin::read_user(body, {});
  if (is_taken(user)) SLUICE_ASSERT(user->password && !user->user.email.empty());
  const auto block = admin::read_blocked_client(body);
  if (is_taken(block)) SLUICE_ASSERT(auth::check_block(block->block));
  const auto import = admin::read_import(body);
  if (is_taken(import)) SLUICE_ASSERT(import->rows.size() <= admin::kImportRowsMax);
}

void read_as_text(std::string_view text) {
  const auto query = admin::Query::parse(text);
  if (is_taken(query)) (void)query->number("page", 0, 1000);
  const auto rows = admin::parse_csv(text, ',', 1000);
  if (is_taken(rows)) {
    for (const auto& row : *rows) SLUICE_ASSERT(!row.cells.empty());
  }
  (void)admin::find_password_fault(text.substr(0, 512), "a@example.com",
                                   admin::PasswordPolicy::from_json(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto body = admin::parse_json(text);
  if (is_taken(body)) {
    read_as_entities(*body);
  } else {
    read_as_text(text);
  }
  return 0;
}
