#include "admin/handlers/traces.h"

#include <algorithm>

#include "admin/handlers/json_parts.h"
#include "admin/handlers/page_slice.h"
#include "admin/monitoring/trace_source.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::int64_t kSecondsMax = 3600;
constexpr std::int64_t kSecondsDefault = 300;
constexpr std::size_t kNamesMax = 100;  // of each kind
constexpr std::uint32_t kLevelsMax = 65'536;

json::array texts(const std::vector<std::string>& values) {
  json::array all;
  for (const std::string& value : values) all.push_back(text_json(value));
  return all;
}

json::object trace_to_json(const Trace& trace, std::int64_t now) {
  return {{"id", trace.id},
          {"clientIds", texts(trace.wanted.client_ids)},
          {"topicFilters", texts(trace.wanted.filters)},
          {"addresses", texts(trace.wanted.addresses)},
          {"startedTime", trace.started_at},
          {"endTime", trace.ends_at},
          {"active", trace.ends_at > now},
          {"records", trace.records.size()},
          {"forgotten", trace.forgotten}};
}

Outcome<const Trace*> find_trace(Services& services, const Request& request) {
  const Trace* const trace = services.monitoring.traces.find(request.param("id"));
  if (!trace) return not_found("There is no such trace");
  return trace;
}

Outcome<broker::Watch::Trace> read_wanted(Fields& fields) {
  broker::Watch::Trace wanted{fields.texts("clientIds"), fields.texts("topicFilters"),
                              fields.texts("addresses")};
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  if (wanted.empty()) {
    return bad_request("Name 'clientIds', 'topicFilters' or 'addresses' to be traced");
  }
  for (const auto* names : {&wanted.client_ids, &wanted.filters, &wanted.addresses}) {
    if (names->size() > kNamesMax) {
      return bad_request("More than " + std::to_string(kNamesMax) + " of one kind");
    }
  }
  for (const std::string& filter : wanted.filters) {
    if (!mqtt::is_valid_topic_filter(filter, kLevelsMax)) {
      return bad_request("'" + filter + "' is no Topic Filter");
    }
  }
  return wanted;
}

}  // namespace

Outcome<Response> start_trace(Services& services, const Request& request) {
  Fields fields(request.body);
  const std::int64_t length = fields.number("seconds", 1, kSecondsMax, kSecondsDefault);
  auto wanted = read_wanted(fields);
  if (!wanted) return tl::unexpected(wanted.error());
  const Trace* const trace =
      services.monitoring.traces.start(std::move(*wanted), services.context.now(), seconds(length));
  if (!trace) {
    return too_many_requests(std::to_string(Traces::kTracesMax) + " traces run already",
                             seconds{60});
  }
  services.monitoring.collector.refresh_watch();
  return Response::json(trace_to_json(*trace, services.context.now()));
}

Outcome<Response> list_traces(Services& services, const Request&) {
  json::array all;
  for (const auto& [number, trace] : services.monitoring.traces.all()) {
    all.push_back(trace_to_json(trace, services.context.now()));
  }
  return Response::json(std::move(all));
}

Outcome<Response> get_trace(Services& services, const Request& request) {
  const auto trace = find_trace(services, request);
  if (!trace) return tl::unexpected(trace.error());
  return Response::json(trace_to_json(**trace, services.context.now()));
}

Outcome<Response> list_trace_records(Services& services, const Request& request) {
  const auto trace = find_trace(services, request);
  if (!trace) return tl::unexpected(trace.error());
  const auto page = read_optional_page(services, request.query);
  if (!page) return tl::unexpected(page.error());
  const auto& records = (*trace)->records;
  json::array data;
  const std::size_t end = std::min(records.size(), offset_of(*page) + page->page_size);
  for (std::size_t i = offset_of(*page); i < end; ++i) data.push_back(record_to_json(records[i]));
  return Response::json(page_to_json(std::move(data), records.size(), *page));
}

Outcome<Response> download_trace(Services& services, const Request& request) {
  const auto trace = find_trace(services, request);
  if (!trace) return tl::unexpected(trace.error());
  Response response = Response::streamed(
      "application/x-ndjson", std::make_shared<TraceSource>(services.monitoring.traces, **trace));
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"trace-" + (*trace)->id + ".ndjson\"");
  return response;
}

Outcome<Response> delete_trace(Services& services, const Request& request) {
  if (!services.monitoring.traces.remove(request.param("id"))) {
    return not_found("There is no such trace");
  }
  services.monitoring.collector.refresh_watch();
  return Response::empty();
}

}  // namespace sluice::admin
