#include "admin/handlers/topics.h"

#include <cmath>

#include "admin/handlers/json_parts.h"
#include "admin/handlers/page_slice.h"
#include "base/base64.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

/// More subscriptions than these are not counted for a list, or for one topic.
constexpr std::size_t kSubscriptionsOfListMax = 10'000;
constexpr std::size_t kSubscriptionsOfTopicMax = 200'000;

/// All subscriptions; nullopt: more than `max`.
std::optional<std::vector<broker::ClientSubscription>> find_subscriptions(Services& services,
                                                                          std::size_t max) {
  if (!services.context.view) return std::nullopt;
  broker::SubscriptionQuery query;
  query.slice = {0, 1};
  if (services.context.view->list_subscriptions(query).total > max) return std::nullopt;
  query.slice.limit = max;
  return services.context.view->list_subscriptions(query).items;
}

json::value count_subscribers(const std::optional<std::vector<broker::ClientSubscription>>& all,
                              const std::string& topic) {
  if (!all) return nullptr;
  std::uint64_t count = 0;
  for (const auto& one : *all) count += mqtt::matches(one.subscription.filter, topic) ? 1 : 0;
  return count;
}

json::object row_to_json(const telemetry::TopicRow& row) {
  json::object result{{"topic", text_json(row.topic)},
                      {"messages", row.messages},
                      {"rate", std::round(row.rate * 100) / 100},
                      {"children", row.children},
                      {"lastTime", row.last_at},
                      {"qos", static_cast<int>(row.qos)},
                      {"lastRetain", row.retain},
                      {"payloadBytes", row.payload_bytes}};
  if (row.payload) {
    result["payload"] = text_json(printable(*row.payload));
    result["payloadBase64"] = text_json(to_base64(*row.payload, Base64::Standard));
  }
  return result;
}

Response page_to_response(Services& services, const telemetry::TopicPage& page,
                          const entities::PageRequest& request) {
  const auto subscriptions = find_subscriptions(services, kSubscriptionsOfListMax);
  json::array data;
  for (const telemetry::TopicRow& row : page.rows) {
    json::object one = row_to_json(row);
    one["subscribers"] = count_subscribers(subscriptions, row.topic);
    one["retained"] =
        services.context.view && services.context.view->find_retained(row.topic).has_value();
    data.push_back(std::move(one));
  }
  return Response::json(page_to_json(std::move(data), page.total, request));
}

const char* name_of(config::TopicTree how) {
  switch (how) {
    case config::TopicTree::Off:
      return "off";
    case config::TopicTree::On:
      return "on";
    case config::TopicTree::Values:
      break;
  }
  return "values";
}

}  // namespace

Outcome<Response> list_topics(Services& services, const Request& request) {
  const auto page = read_optional_page(services, request.query);
  if (!page) return tl::unexpected(page.error());
  return page_to_response(
      services,
      services.monitoring.topics.children(request.query.text("parent"), offset_of(*page),
                                          page->page_size, services.context.now()),
      *page);
}

Outcome<Response> search_topics(Services& services, const Request& request) {
  const auto page = read_optional_page(services, request.query);
  if (!page) return tl::unexpected(page.error());
  return page_to_response(
      services,
      services.monitoring.topics.search(request.query.text("text"), offset_of(*page),
                                        page->page_size, services.context.now()),
      *page);
}

Outcome<Response> get_topic(Services& services, const Request& request) {
  const auto name = request.query.required("name");
  if (!name) return tl::unexpected(name.error());
  const auto row = services.monitoring.topics.find(*name, services.context.now());
  if (!row) return not_found("The topic was not seen");
  json::object result = row_to_json(*row);
  result["subscribers"] =
      count_subscribers(find_subscriptions(services, kSubscriptionsOfTopicMax), *name);
  result["retained"] =
      services.context.view && services.context.view->find_retained(*name).has_value();
  return Response::json(result);
}

Outcome<Response> get_topic_watch(Services& services, const Request&) {
  const Monitoring& monitoring = services.monitoring;
  const config::TopicTree how = monitoring.collector.watched_topics();
  return Response::json({{"enabled", how != config::TopicTree::Off},
                         {"values", how == config::TopicTree::Values},
                         {"mode", name_of(how)},
                         {"topics", monitoring.topics.size()},
                         {"bytes", monitoring.topics.bytes()},
                         {"forgotten", monitoring.topics.forgotten()}});
}

Outcome<Response> watch_topics(Services& services, const Request& request) {
  Fields fields(request.body);
  const bool is_enabled = fields.flag("enabled", true);
  const bool has_values = fields.flag("values", false);
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  services.monitoring.collector.watch_topics(!is_enabled  ? config::TopicTree::Off
                                             : has_values ? config::TopicTree::Values
                                                          : config::TopicTree::On);
  return get_topic_watch(services, request);
}

Outcome<Response> clear_topics(Services& services, const Request&) {
  services.monitoring.topics.clear();
  return Response::empty();
}

}  // namespace sluice::admin
