#include "admin/handlers/timeseries.h"

#include <algorithm>
#include <cmath>

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using entities::Aggregation;
using entities::HistoryPoint;

constexpr std::int64_t kTimeMax = std::int64_t{1} << 53;
constexpr std::int64_t kBucketsMax = 700;
constexpr std::int64_t kIntervalMin = 1000;
constexpr std::uint32_t kPointsMax = 50'000;

constexpr Choice<Aggregation> kAggregations[] = {
    {"NONE", Aggregation::None},   {"MIN", Aggregation::Min}, {"MAX", Aggregation::Max},
    {"AVG", Aggregation::Average}, {"SUM", Aggregation::Sum}, {"COUNT", Aggregation::Count},
};

/// Of a Client: what its connection has exchanged, under TBMQ's keys.
std::vector<std::pair<std::string, std::uint64_t>> values_of(
    const broker::ClientStatistics& statistics) {
  const auto& received = statistics.received;
  const auto& sent = statistics.sent;
  return {{"receivedPubMsgs", received[0] + received[1] + received[2]},
          {"qos0ReceivedPubMsgs", received[0]},
          {"qos1ReceivedPubMsgs", received[1]},
          {"qos2ReceivedPubMsgs", received[2]},
          {"sentPubMsgs", sent[0] + sent[1] + sent[2]},
          {"qos0SentPubMsgs", sent[0]},
          {"qos1SentPubMsgs", sent[1]},
          {"qos2SentPubMsgs", sent[2]},
          {"droppedPubMsgs", statistics.dropped},
          {"receivedPubBytes", statistics.received_bytes},
          {"sentPubBytes", statistics.sent_bytes}};
}

/// Strict: a JSON number; else a text, as in TBMQ.
json::object point_to_json(const HistoryPoint& point, bool is_strict) {
  const bool is_whole = point.value == std::floor(point.value);
  const json::value number =
      is_whole ? json::value(static_cast<std::int64_t>(point.value)) : json::value(point.value);
  return {{"ts", point.at}, {"value", is_strict ? number : json::value(json::serialize(number))}};
}

Outcome<entities::HistoryStore*> history_of(Services& services) {
  entities::HistoryStore* const history = services.monitoring.history.get();
  if (!history) return broken("There is no history: see the log of the start");
  return history;
}

Outcome<bool> read_strictness(const Query& query, bool fallback) {
  if (!query.has("useStrictDataTypes")) return fallback;
  const auto given = query.flags("useStrictDataTypes");
  if (!given) return tl::unexpected(given.error());
  return given->value_or(fallback);
}

bool is_wanted(const std::vector<std::string>& keys, const std::string& key) {
  return keys.empty() || std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::optional<json::object> latest_of_client(Services& services, const std::string& client_id,
                                             const std::vector<std::string>& keys, bool is_strict) {
  if (!services.context.view) return std::nullopt;
  const auto details = services.context.view->find_session(client_id);
  if (!details) return std::nullopt;
  json::object all;
  for (const auto& [key, value] :
       values_of(details->statistics.value_or(broker::ClientStatistics{}))) {
    if (!is_wanted(keys, key)) continue;
    const HistoryPoint point{services.context.now(), static_cast<double>(value)};
    all[key] = json::array{point_to_json(point, is_strict)};
  }
  return all;
}

struct ValuesQuery {
  std::vector<std::string> keys;
  entities::HistoryQuery history;
  bool is_strict = false;
};

Outcome<void> read_range(const Query& query, entities::HistoryQuery& history) {
  for (const auto& [name, target] :
       {std::pair{"startTs", &history.start}, std::pair{"endTs", &history.end}}) {
    const auto value = query.number(name, 0, kTimeMax);
    if (!value) return tl::unexpected(value.error());
    if (!*value) return bad_request("'" + std::string(name) + "' is missing");
    *target = **value;
  }
  if (history.end < history.start) return bad_request("'endTs' is before 'startTs'");
  return {};
}

Outcome<void> read_aggregation(const Query& query, entities::HistoryQuery& history) {
  const std::string name = query.has("agg") ? query.text("agg") : "NONE";
  const auto aggregation = find_choice(std::span<const Choice<Aggregation>>(kAggregations), name);
  if (!aggregation) return bad_request("'" + name + "' is no value for 'agg'");
  const auto interval = query.number("interval", 0, kTimeMax);
  if (!interval) return tl::unexpected(interval.error());
  history.aggregation = *aggregation;
  if (*aggregation == Aggregation::None) return {};
  const std::int64_t whole = std::max<std::int64_t>(history.end - history.start, 1);
  // Without an interval all is one bucket.
  history.interval = std::max(interval->value_or(0) == 0 ? whole : **interval, kIntervalMin);
  if (whole / history.interval > kBucketsMax) {
    return bad_request("More than " + std::to_string(kBucketsMax) + " intervals");
  }
  return {};
}

Outcome<ValuesQuery> read_values_query(const Query& query) {
  ValuesQuery result;
  result.keys = query.list("keys");
  if (result.keys.empty()) return bad_request("'keys' is missing");
  if (auto fine = read_range(query, result.history); !fine) return tl::unexpected(fine.error());
  if (auto fine = read_aggregation(query, result.history); !fine) {
    return tl::unexpected(fine.error());
  }
  const auto limit = query.number("limit", 1, kPointsMax);
  if (!limit) return tl::unexpected(limit.error());
  result.history.limit = static_cast<std::uint32_t>(limit->value_or(100));
  const std::string order = query.has("orderBy") ? query.text("orderBy") : "DESC";
  if (order != "DESC" && order != "ASC") {
    return bad_request("'" + order + "' is no value for 'orderBy'");
  }
  result.history.ascending = order == "ASC";
  const auto is_strict = read_strictness(query, false);
  if (!is_strict) return tl::unexpected(is_strict.error());
  result.is_strict = *is_strict;
  return result;
}

using NewPoints = std::vector<entities::HistoryStore::NewPoint>;

/// `{k: n}` as of `at`.
Outcome<void> read_point_values(const json::value& values, const std::string& entity,
                                std::int64_t at, NewPoints& points) {
  Fields fields(values);
  const json::object* const object = values.if_object();
  if (!object) return bad_request("Values are an object of numbers");
  for (const auto& [key, value] : *object) {
    const auto number = fields.optional_number(key, -kTimeMax, kTimeMax);
    if (number) points.push_back({entity, std::string(key), at, *number});
  }
  return fields.check();
}

Outcome<void> read_points(const json::value& body, const std::string& entity, std::int64_t now,
                          NewPoints& points) {
  if (const json::array* const list = body.if_array()) {
    for (const json::value& one : *list) {
      if (one.is_array()) return bad_request("A list of lists is no list of values");
      if (auto fine = read_points(one, entity, now, points); !fine) return fine;
    }
    return {};
  }
  Fields fields(body);
  const json::value* const values = fields.find("values");
  if (!values) return read_point_values(body, entity, now, points);
  const std::int64_t at = fields.number("ts", 0, kTimeMax, now);
  if (auto fine = fields.check(); !fine) return fine;
  return read_point_values(*values, entity, at, points);
}

}  // namespace

Outcome<Response> get_latest_values(Services& services, const Request& request) {
  const auto entity = request.query.required("entityId");
  if (!entity) return tl::unexpected(entity.error());
  const auto is_strict = read_strictness(request.query, true);
  if (!is_strict) return tl::unexpected(is_strict.error());
  const std::vector<std::string> keys = request.query.list("keys");
  const auto history = history_of(services);
  if (!history) return tl::unexpected(history.error());
  json::object all;
  const std::vector<std::string> known = (*history)->keys(*entity);
  if (known.empty()) {
    if (auto of_client = latest_of_client(services, *entity, keys, *is_strict)) {
      return Response::json(std::move(*of_client));
    }
  }
  for (const std::string& key : keys.empty() ? known : keys) {
    const auto point = from_store((*history)->latest(*entity, key));
    if (!point) return tl::unexpected(point.error());
    if (*point) all[key] = json::array{point_to_json(**point, *is_strict)};
  }
  return Response::json(std::move(all));
}

Outcome<Response> get_values(Services& services, const Request& request) {
  const auto wanted = read_values_query(request.query);
  if (!wanted) return tl::unexpected(wanted.error());
  const auto history = history_of(services);
  if (!history) return tl::unexpected(history.error());
  json::object all;
  for (const std::string& key : wanted->keys) {
    const auto points =
        from_store((*history)->read(request.param("entityId"), key, wanted->history));
    if (!points) return tl::unexpected(points.error());
    json::array list;
    for (const HistoryPoint& point : *points) {
      list.push_back(point_to_json(point, wanted->is_strict));
    }
    if (!list.empty()) all[key] = std::move(list);
  }
  return Response::json(std::move(all));
}

Outcome<Response> save_values(Services& services, const Request& request) {
  NewPoints points;
  auto fine = read_points(request.body, request.param("entityId"), services.context.now(), points);
  if (!fine) return tl::unexpected(fine.error());
  const auto history = history_of(services);
  if (!history) return tl::unexpected(history.error());
  const auto added = from_store((*history)->add(points));
  if (!added) return tl::unexpected(added.error());
  return Response::empty();
}

Outcome<Response> delete_latest_values(Services& services, const Request& request) {
  const auto entity = request.query.required("entityId");
  if (!entity) return tl::unexpected(entity.error());
  const auto history = history_of(services);
  if (!history) return tl::unexpected(history.error());
  std::vector<std::string> keys = request.query.list("keys");
  if (keys.empty()) keys = (*history)->keys(*entity);
  for (const std::string& key : keys) {
    const auto removed = from_store((*history)->remove_latest(*entity, key));
    if (!removed) return tl::unexpected(removed.error());
  }
  return Response::empty();
}

Outcome<Response> delete_values(Services& services, const Request& request) {
  const auto& entity = request.param("entityId");
  const std::vector<std::string> keys = request.query.list("keys");
  if (keys.empty()) return bad_request("'keys' is missing");
  const auto deletes_all = request.query.flags("deleteAllDataForKeys");
  if (!deletes_all) return tl::unexpected(deletes_all.error());
  entities::HistoryQuery range{.start = 0, .end = kTimeMax};
  if (!deletes_all->value_or(false)) {
    if (auto fine = read_range(request.query, range); !fine) return tl::unexpected(fine.error());
  }
  const auto history = history_of(services);
  if (!history) return tl::unexpected(history.error());
  for (const std::string& key : keys) {
    auto removed = from_store((*history)->remove(entity, key, range.start, range.end));
    if (removed && deletes_all->value_or(false)) {
      removed = from_store((*history)->remove_latest(entity, key));
    }
    if (!removed) return tl::unexpected(removed.error());
  }
  return Response::empty();
}

}  // namespace sluice::admin
