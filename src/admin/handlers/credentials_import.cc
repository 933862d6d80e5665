#include "admin/handlers/credentials_import.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <unordered_map>

#include "admin/handlers/credentials.h"
#include "admin/handlers/json_parts.h"
#include "admin/http/csv.h"
#include "providers/password_hash.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

enum class Column : std::uint8_t {
  Name,
  Description,
  ClientType,
  ClientId,
  Username,
  Password,
  SubscribeRules,
  PublishRules,
};

constexpr std::array kColumns = std::to_array<Choice<Column>>({
    {"NAME", Column::Name},
    {"DESCRIPTION", Column::Description},
    {"CLIENT_TYPE", Column::ClientType},
    {"CLIENT_ID", Column::ClientId},
    {"USERNAME", Column::Username},
    {"PASSWORD", Column::Password},
    {"SUB_AUTH_RULE_PATTERNS", Column::SubscribeRules},
    {"PUB_AUTH_RULE_PATTERNS", Column::PublishRules},
});

struct Mapping {
  std::vector<Column> columns;
  char delimiter = ',';
  char rules_delimiter = ';';
  bool has_header = false;
};

char read_character(Fields& fields, std::string_view name, char fallback) {
  const std::string text = fields.text(name);
  if (text.size() > 1) fields.complain(name, "has to be one character");
  return text.empty() ? fallback : text.front();
}

Mapping read_mapping(Fields fields) {
  Mapping mapping;
  bool has_name = false;
  for (Fields& column : fields.objects("columns")) {
    mapping.columns.push_back(column.choice<Column>("type", std::span(kColumns), std::nullopt));
    has_name |= mapping.columns.back() == Column::Name;
  }
  if (!has_name) fields.complain("columns", "has no NAME");
  mapping.delimiter = read_character(fields, "delimiter", ',');
  mapping.rules_delimiter = read_character(fields, "authRulesDelimiter", ';');
  mapping.has_header = fields.flag("header", false);
  return mapping;
}

std::vector<std::string> split(std::string_view text, char delimiter) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(delimiter));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

auth::RuleText& rules_of(auth::BasicCredentials& basic) {
  if (!basic.rules) basic.rules.emplace();
  return *basic.rules;
}

/// nullopt: fine.
std::optional<std::string> set_cell(ImportRow& row, Column column, const std::string& cell,
                                    const Mapping& mapping) {
  auth::Credentials& value = row.credentials.value;
  auth::BasicCredentials& basic = *value.basic;
  switch (column) {
    case Column::Name:
      value.name = cell;
      break;
    case Column::Description:
      row.credentials.additional_info = json::serialize(json::object{{"description", cell}});
      break;
    case Column::ClientType: {
      const auto type = entities::parse_client_type(cell);
      if (!type && !cell.empty()) return "'" + cell + "' is no client type";
      value.client_type = type.value_or(config::ClientType::Device);
      break;
    }
    case Column::ClientId:
      if (!cell.empty()) basic.client_id = cell;
      break;
    case Column::Username:
      if (!cell.empty()) basic.username = cell;
      break;
    case Column::Password:
      row.password = cell;
      break;
    case Column::SubscribeRules:
      rules_of(basic).subscribe.patterns = split(cell, mapping.rules_delimiter);
      break;
    case Column::PublishRules:
      rules_of(basic).publish.patterns = split(cell, mapping.rules_delimiter);
      break;
  }
  return std::nullopt;
}

tl::expected<ImportRow, std::string> to_row(const CsvRow& line, const Mapping& mapping) {
  if (line.cells.size() != mapping.columns.size()) {
    return tl::unexpected("it has " + std::to_string(line.cells.size()) + " columns, not " +
                          std::to_string(mapping.columns.size()));
  }
  ImportRow row;
  row.credentials.value.basic.emplace();
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    if (auto fault = set_cell(row, mapping.columns[i], line.cells[i], mapping)) {
      return tl::unexpected(std::move(*fault));
    }
  }
  if (row.credentials.value.name.empty()) return tl::unexpected(std::string("it has no name"));
  if (auto fine = entities::check(row.credentials.value); !fine) {
    return tl::unexpected(fine.error().what);
  }
  return row;
}

/// Fills in the hashes. Gives way to the broker's threads.
void hash_some(ImportRows& import, std::vector<std::string>& faults, std::atomic<std::size_t>& next,
               std::uint32_t cost, const Response::StopFlag& stop) {
  constexpr int kLowPriority = 10;
  (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowPriority);
  for (std::size_t i = next++; i < import.rows.size() && !stop; i = next++) {
    ImportRow& row = import.rows[i];
    if (row.password.empty()) continue;
    auto hash = providers::hash_password(row.password, cost);
    if (hash) row.credentials.value.basic->password_hash = std::move(*hash);
    if (!hash) faults[i] = row.credentials.value.name + ": the password: " + hash.error().what;
    row.password.clear();
  }
}

void hash_all(ImportRows& import, const config::AuthSettings& settings,
              const Response::StopFlag& stop) {
  std::vector<std::string> faults(import.rows.size());
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> threads;
  for (std::uint32_t i = 0; i < std::max(settings.hash_threads, 1U); ++i) {
    threads.emplace_back([&] { hash_some(import, faults, next, settings.password_cost, stop); });
  }
  threads.clear();  // joins them
  std::vector<ImportRow> fine;
  for (std::size_t i = 0; i < import.rows.size(); ++i) {
    if (faults[i].empty()) {
      fine.push_back(std::move(import.rows[i]));
    } else {
      import.errors.push_back(std::move(faults[i]));
    }
  }
  import.rows = std::move(fine);
}

using Known = std::unordered_map<std::string, auth::Credentials>;

Outcome<Known> read_known(Context& context,
                          const std::vector<entities::ClientCredentials>& credentials) {
  Known known;
  for (const auto& item : credentials) {
    auto found = from_store(context.store.credentials().find_by_name(item.value.name));
    if (!found) return tl::unexpected(found.error());
    if (*found) known.emplace((*found)->value.id, std::move((*found)->value));
  }
  return known;
}

Outcome<void> publish_updated(Context& context, const Known& known,
                              const std::vector<std::string>& updated) {
  for (const std::string& id : updated) {
    const auto before = known.find(id);
    const auto after = from_store(context.store.credentials().get(id));
    if (!after) return tl::unexpected(after.error());
    // One that the file itself created and named again had no Clients yet.
    if (before == known.end()) continue;
    auto told = publish_credentials(context, before->second, after->value);
    if (!told) return told;
  }
  return {};
}

Outcome<Response> save_import(Context& context, const Caller& caller, ImportRows import) {
  std::vector<entities::ClientCredentials> credentials;
  for (ImportRow& row : import.rows) credentials.push_back(std::move(row.credentials));
  const auto known = read_known(context, credentials);
  if (!known) return tl::unexpected(known.error());
  auto change = Change::begin(context, caller);
  if (!change) return tl::unexpected(change.error());
  const auto outcome = from_store(context.store.credentials().upsert_by_name(
      change->transaction(), credentials, context.now()));
  if (!outcome) return tl::unexpected(outcome.error());
  json::object counts{{"created", outcome->created},
                      {"updated", outcome->updated.size()},
                      {"errors", import.errors.size() + outcome->errors.size()}};
  auto done =
      change->log("BULK_IMPORT", {"MQTT_CLIENT_CREDENTIALS", "", "", "", json::serialize(counts)});
  if (done) done = change->commit();
  if (done) done = publish_updated(context, *known, outcome->updated);
  if (!done) return tl::unexpected(done.error());
  json::array errors;
  for (const std::string& error : import.errors) errors.push_back(text_json(error));
  for (const std::string& error : outcome->errors) errors.push_back(text_json(error));
  counts["errorsList"] = std::move(errors);
  return Response::json(counts);
}

}  // namespace

Outcome<ImportRows> read_import(const json::value& body) {
  constexpr std::size_t kFileMax = 256U * 1024 * 1024;  // the body's own limit is below
  Fields fields(body);
  const std::string file = fields.required_text("file", kFileMax);
  const Mapping mapping = read_mapping(fields.object("mapping"));
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  const auto lines = parse_csv(file, mapping.delimiter, kImportRowsMax + mapping.has_header);
  if (!lines) return tl::unexpected(lines.error());
  ImportRows import;
  for (std::size_t i = mapping.has_header ? 1 : 0; i < lines->size(); ++i) {
    const CsvRow& line = (*lines)[i];
    auto row = to_row(line, mapping);
    if (row) {
      import.rows.push_back(std::move(*row));
    } else {
      import.errors.push_back("Line " + std::to_string(line.line) + ": " + row.error());
    }
  }
  return import;
}

Outcome<Response> import_credentials(Services& services, const Request& request) {
  auto import = read_import(request.body);
  if (!import) return tl::unexpected(import.error());
  // Shared, since std::function copies.
  auto shared = std::make_shared<ImportRows>(std::move(*import));
  Context& context = services.context;
  return Response::later([&context, auth = context.auth, caller = request.caller,
                          shared](const Response::StopFlag& stop) -> Response::Finish {
    hash_all(*shared, auth, stop);
    // Rows that are not hashed would let everybody in.
    if (stop) return [] { return Outcome<Response>(broken("The broker stops")); };
    return [&context, caller, shared] { return save_import(context, caller, std::move(*shared)); };
  });
}

}  // namespace sluice::admin
