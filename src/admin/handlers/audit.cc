#include "admin/handlers/audit.h"

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kExportPage = 1000;
constexpr std::uint32_t kExportPagesMax = 100;

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex += kDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kDigits[static_cast<unsigned char>(byte) & 0xF];
  }
  return hex;
}

json::object entry_to_json(const entities::AuditEntry& entry) {
  return {{"id", entry.sequence},
          {"createdTime", entry.time},
          {"user", entry.user},
          {"actionType", entry.action},
          {"entityType", entry.entity_type},
          {"entityId", entry.entity_id},
          {"entityName", entry.entity_name},
          {"before", stored_json(entry.before)},
          {"after", stored_json(entry.after)},
          {"address", entry.address},
          {"result", entry.result},
          {"hash", to_hex(entry.hash)}};
}

entities::AuditFilter read_filter(const Query& query) {
  return {query.text("user"), query.list("actionTypeList"), query.list("entityTypeList"),
          query.text("entityId")};
}

}  // namespace

Outcome<Response> list_audit(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  return page_response(services.context.store.audit_log().page(*page, read_filter(request.query)),
                       *page, entry_to_json);
}

Outcome<Response> export_audit(Services& services, const Request& request) {
  const auto start = request.query.number("startTime", 0, std::int64_t{1} << 53);
  if (!start) return tl::unexpected(start.error());
  const auto end = request.query.number("endTime", 0, std::int64_t{1} << 53);
  if (!end) return tl::unexpected(end.error());
  entities::PageRequest page;
  page.page_size = kExportPage;
  page.start_time = *start;
  page.end_time = *end;
  Response response;
  response.content_type = "application/x-ndjson";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"audit.ndjson\"");
  for (; page.page < kExportPagesMax; ++page.page) {
    const auto entries =
        from_store(services.context.store.audit_log().page(page, read_filter(request.query)));
    if (!entries) return tl::unexpected(entries.error());
    for (const auto& entry : entries->items) {
      response.body += json::serialize(entry_to_json(entry)) + "\n";
    }
    if (entries->items.size() < kExportPage) return response;
  }
  return bad_request("There are more than " + std::to_string(kExportPage * kExportPagesMax) +
                     " entries: give a startTime and an endTime");
}

Outcome<Response> verify_audit(Services& services, const Request&) {
  const auto verdict = from_store(services.context.store.audit_log().verify());
  if (!verdict) return tl::unexpected(verdict.error());
  return Response::json(json::object{{"intact", verdict->is_intact()},
                                     {"checked", verdict->checked},
                                     {"brokenAt", verdict->broken_at},
                                     {"message", verdict->what}});
}

}  // namespace sluice::admin
