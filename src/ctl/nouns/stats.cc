#include <map>
#include <set>

#include "ctl/answers.h"
#include "ctl/input/time_text.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kTotal = "total";

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

std::string entity_of(const Arguments& arguments) {
  return arguments.find("--client").value_or(arguments.find("--node").value_or(kTotal));
}

/// `{key: [{ts, value}]}` with a line for each key.
json::array latest_lines(const json::object& series) {
  json::array lines;
  for (const auto& [key, points] : series) {
    json::object line{{"key", key}};
    if (points.is_array() && !points.get_array().empty() && points.get_array()[0].is_object()) {
      const json::object& point = points.get_array()[0].get_object();
      for (const auto& [name, value] : point) line[name] = value;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Outcome<Answer> now(const Call& call) {
  auto series = as_object(
      call.api.get("/api/timeseries/latest", {{"entityId", entity_of(call.arguments)},
                                              {"keys", joined(call.arguments.list("KEY"))},
                                              {"useStrictDataTypes", "true"}}));
  if (!series) return tl::unexpected(series.error());
  return Answer{
      latest_lines(*series),
      {text_column("KEY", "key"), text_column("VALUE", "value"), time_column("TIME", "ts")}};
}

/// The same with a line for each time, and a member for each key.
json::array history_lines(const json::object& series) {
  std::map<std::int64_t, json::object> lines;
  for (const auto& [key, points] : series) {
    for (const json::value& point : items_of(points)) {
      const json::object* object = point.if_object();
      const json::value* time = object ? object->if_contains("ts") : nullptr;
      const json::value* value = object ? object->if_contains("value") : nullptr;
      if (time && value && time->is_int64()) lines[time->get_int64()][key] = *value;
    }
  }
  json::array sorted;
  for (auto& [time, values] : lines) {
    json::object line{{"ts", time}};
    for (auto& [key, value] : values) line[key] = std::move(value);
    sorted.push_back(std::move(line));
  }
  return sorted;
}

Outcome<Query> history_query(const Arguments& arguments) {
  const auto since = parse_past(arguments.find("--since").value_or("1h"));
  if (!since) return tl::unexpected(since.error());
  const auto until = parse_past(arguments.find("--until").value_or("0s"));
  if (!until) return tl::unexpected(until.error());
  const auto limit = number_option(arguments, "--limit", 700);
  if (!limit) return tl::unexpected(limit.error());
  const auto interval = number_option(arguments, "--interval", 0);
  if (!interval) return tl::unexpected(interval.error());
  const std::string how = arguments.find("--agg").value_or(*interval == 0 ? "none" : "avg");
  return Query{{"keys", joined(arguments.list("KEY"))},
               {"startTs", std::to_string(*since)},
               {"endTs", std::to_string(*until)},
               {"interval", std::to_string(*interval * 1000)},
               {"agg", api_name(how)},
               {"limit", std::to_string(*limit)},
               {"useStrictDataTypes", "true"}};
}

Outcome<Answer> history(const Call& call) {
  const auto query = history_query(call.arguments);
  if (!query) return tl::unexpected(query.error());
  const std::string entity = percent_encoded(entity_of(call.arguments));
  auto series = as_object(call.api.get("/api/timeseries/" + entity + "/values", *query));
  if (!series) return tl::unexpected(series.error());
  std::vector<Column> columns{time_column("TIME", "ts")};
  for (const std::string& key : call.arguments.list("KEY"))
    columns.push_back(text_column(key, key));
  return Answer{history_lines(*series), std::move(columns)};
}

Outcome<Answer> nodes(const Call& call) {
  auto items = call.api.list("/api/app/service/info", {});
  if (!items) return tl::unexpected(items.error());
  return Answer{std::move(*items),
                {text_column("NODE", "serviceId"), text_column("STATUS", "status"),
                 text_column("CPU %", "cpuUsage"), text_column("MEMORY %", "memoryUsage"),
                 text_column("DISK %", "diskUsage"), time_column("AT", "lastUpdateTime"),
                 wide(text_column("CPUS", "cpuCount")), wide(text_column("MEMORY", "totalMemory")),
                 wide(text_column("DISK", "totalDiskSpace"))}};
}

Outcome<Answer> info(const Call& call) {
  auto system = as_object(call.api.get("/api/system/info"));
  if (!system) return tl::unexpected(system.error());
  auto config = as_object(call.api.get("/api/app/config"));
  if (!config) return tl::unexpected(config.error());
  for (auto& [name, value] : *config) (*system)[name] = std::move(value);
  return Answer{std::move(*system)};
}

}  // namespace

Noun stats() {
  const Parameter key =
      positional("KEY",
                 "As incomingMsgs, outgoingMsgs, droppedMsgs, sessions, subscriptions, "
                 "retainedMsgs, inboundPayloadTraffic, outboundPayloadTraffic");
  const std::vector<Parameter> of_whom{option("--client", "CLIENT", "Of a client, in place of all"),
                                       option("--node", "ID", "Of a node, in place of all")};
  return {
      "stats",
      "Figures, of now and of the last days",
      {watchable({"now", "Show the latest figures", "--client pump-7",
                  std::vector<Parameter>{optional(repeated(key))} + of_whom, now}),
       watchable({"history", "Show figures over time, minute by minute",
                  "incomingMsgs outgoingMsgs --since 6h --interval 600 --agg sum",
                  std::vector<Parameter>{
                      repeated(key), option("--since", "TIME", "As 6h or 2026-11-22, default 1h"),
                      option("--until", "TIME", "Default now"),
                      option("--interval", "SECONDS", "One line for so many seconds"),
                      choice("--agg", {"none", "min", "max", "avg", "sum", "count"},
                             "How an interval is put together, default avg"),
                      option("--limit", "N", "At most N lines of each, default 700")} +
                      of_whom,
                  history}),
       watchable({"nodes", "Show the load of each node", "", {}, nodes}),
       watchable({"info", "Show the version, listeners and providers", "", {}, info})}};
}

}  // namespace sluice::ctl
