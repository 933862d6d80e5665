#include "admin/handlers/explanations.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "admin/broker_state.h"
#include "admin/handlers/json_parts.h"
#include "admin/handlers/page_slice.h"
#include "auth/authorization_rules.h"
#include "auth/block_list.h"
#include "mqtt/topic/topic_filter.h"
#include "telemetry/explain.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kDropsMax = 50;

struct Party {
  std::string client_id;
  std::optional<broker::SessionDetails> session;

  auth::Subject subject() const {
    if (!session) return {client_id, {}, {}};
    return {client_id, session->username, session->common_name};
  }
};

Party find_party(BrokerView& view, const std::string& client_id) {
  return {client_id, view.find_session(client_id)};
}

/// The rules of who is connected, by the credentials that let it in. nullopt: not known; null: may
/// do everything.
std::optional<std::shared_ptr<const auth::AuthorizationRules>> find_rules(Context& context,
                                                                          const Party& party) {
  if (!party.session || party.session->credentials_id.empty()) return std::nullopt;
  const auto credentials = context.store.credentials().get(party.session->credentials_id);
  if (!credentials) return std::nullopt;
  const auto book = make_rule_book(credentials->value);
  if (!book) return std::nullopt;
  return *book ? (*book)->rules_for(party.subject()) : nullptr;
}

std::string describe(const auth::Block& block) {
  constexpr const char* kTypes[] = {"CLIENT_ID", "USERNAME", "IP_ADDRESS", "REGEX"};
  return std::string(kTypes[static_cast<int>(block.type)]) + " '" + block.value + "'";
}

/// The entry of the block list; empty: none.
std::string find_block(Context& context, const Party& party) {
  auto blocks = context.store.blocked_clients().active(context.now());
  if (!blocks || blocks->empty()) return {};
  const auto list = auth::BlockList::make(std::move(*blocks));
  if (!list) return {};
  const std::string address = party.session ? party.session->summary.address : "";
  const auth::Block* const block = (*list)->find(
      party.client_id, party.session ? party.session->username : "", address, context.now());
  return block ? describe(*block) : "";
}

void add_subscriptions(telemetry::DeliveryFacts& facts, BrokerView& view) {
  for (const broker::SubscriptionFacts& subscription : facts.session->subscriptions) {
    if (mqtt::matches(subscription.filter, facts.topic)) facts.matching.push_back(subscription);
  }
  for (const broker::ShareGroupFacts& group : view.list_share_groups()) {
    const bool is_its_group =
        std::any_of(facts.matching.begin(), facts.matching.end(), [&](const auto& match) {
          return match.share_name == group.share_name && match.filter == group.filter;
        });
    if (!is_its_group) continue;
    for (const broker::GroupMember& member : group.members) {
      if (member.client_id != facts.client_id) facts.group_members.push_back(member.client_id);
    }
  }
}

telemetry::DeliveryFacts gather(Services& services, BrokerView& view, const Query& query) {
  Context& context = services.context;
  telemetry::DeliveryFacts facts;
  facts.client_id = query.text("clientId");
  facts.topic = query.text("topic");
  facts.publisher = query.text("publisher");
  const std::string message = query.text("messageId");
  std::from_chars(message.data(), message.data() + message.size(), facts.message);

  const Party receiver = find_party(view, facts.client_id);
  facts.session = receiver.session;
  facts.block = find_block(context, receiver);
  if (facts.session) add_subscriptions(facts, view);
  if (const auto rules = find_rules(context, receiver)) {
    facts.may_subscribe = !*rules || (*rules)->may_subscribe(facts.topic);
  }
  if (!facts.publisher.empty()) {
    const Party publisher = find_party(view, facts.publisher);
    facts.publisher_block = find_block(context, publisher);
    if (const auto rules = find_rules(context, publisher)) {
      facts.may_publish = !*rules || (*rules)->may_publish(facts.topic);
    }
    facts.publisher_drops = view.list_dropped(facts.publisher, kDropsMax);
    facts.publisher_events = services.monitoring.collector.endings_of(facts.publisher);
  }
  facts.drops = view.list_dropped(facts.client_id, kDropsMax);
  if (context.node) {
    facts.queue_messages_max = context.node->settings().limits.queue_messages_max;
    facts.queue_bytes_max = context.node->settings().limits.queue_bytes_max;
  }
  facts.trace = services.monitoring.traces.about({facts.client_id, facts.publisher}, facts.topic);
  facts.is_traced = services.monitoring.traces.covers(facts.client_id, facts.topic);
  return facts;
}

json::object finding_to_json(const telemetry::Finding& finding) {
  json::array evidence;
  for (const std::string& line : finding.evidence) evidence.push_back(text_json(line));
  return {{"cause", telemetry::to_string(finding.cause)},
          {"certainty", telemetry::to_string(finding.certainty)},
          {"explanation", text_json(finding.explanation)},
          {"evidence", std::move(evidence)},
          {"remedy", text_json(finding.remedy)}};
}

json::object answer_of(const telemetry::DeliveryFacts& facts) {
  const std::vector<telemetry::Finding> findings = telemetry::explain(facts);
  json::array causes;
  for (const telemetry::Finding& finding : findings) causes.push_back(finding_to_json(finding));
  json::array records;
  for (const broker::TraceRecord& record : facts.trace) records.push_back(record_to_json(record));
  json::array matching;
  for (const auto& subscription : facts.matching) {
    matching.push_back(text_json(subscription.text()));
  }
  const bool is_delivered =
      !findings.empty() && findings.front().cause == telemetry::Cause::Delivered;
  return {{"clientId", text_json(facts.client_id)},
          {"topic", text_json(facts.topic)},
          {"delivered", is_delivered},
          {"traced", facts.is_traced},
          {"hint", facts.is_traced ? ""
                                   : "Nothing was traced. POST /api/trace with this client and "
                                     "topic, let the message be published again, and ask again."},
          {"connected", facts.session && facts.session->summary.is_connected},
          {"matchingSubscriptions", std::move(matching)},
          {"causes", std::move(causes)},
          {"records", std::move(records)}};
}

Outcome<BrokerView*> view_of(Services& services) {
  if (!services.context.view) return broken("There is no broker to be asked");
  return services.context.view;
}

/// latency  null: none of its deliveries was timed lately
json::object slow_subscriber_to_json(Services& services, const broker::SessionSummary& session,
                                     const broker::ClientLatency* latency) {
  json::object shown{{"clientId", text_json(session.client_id)},
                     {"waitingMessages", session.waiting_messages},
                     {"waitingBytes", session.waiting_bytes},
                     {"waitingBytesRate", services.monitoring.collector.waiting_rate(session)},
                     {"connected", session.is_connected},
                     {"clientIpAdr", text_json(session.address)},
                     {"connectedAt", session.connected_at},
                     {"latencyMs", nullptr},
                     {"latencyMaxMs", nullptr}};
  if (latency != nullptr) {
    shown["latencyMs"] = latency->average_ms;
    shown["latencyMaxMs"] = latency->max_ms;
  }
  return shown;
}

json::array rank_by_latency(Services& services, BrokerView& view, std::size_t limit) {
  json::array all;
  for (const broker::ClientLatency& latency : view.list_latencies(limit)) {
    all.push_back(slow_subscriber_to_json(services, latency.session, &latency));
  }
  return all;
}

json::array rank_by_waiting(Services& services, BrokerView& view, std::size_t limit) {
  broker::SessionQuery query;
  query.order = broker::SessionOrder::WaitingBytes;
  query.descending = true;
  query.slice = {0, limit};
  const auto sessions = view.list_sessions(query).items;
  const auto latencies = view.list_latencies(std::numeric_limits<std::size_t>::max());
  json::array all;
  for (const broker::SessionSummary& session : sessions) {
    if (session.waiting_bytes == 0 && session.waiting_messages == 0) continue;
    const auto found = std::ranges::find_if(latencies, [&](const broker::ClientLatency& latency) {
      return latency.session.client_id == session.client_id;
    });
    all.push_back(
        slow_subscriber_to_json(services, session, found != latencies.end() ? &*found : nullptr));
  }
  return all;
}

}  // namespace

Outcome<Response> explain_delivery(Services& services, const Request& request) {
  const auto client = request.query.required("clientId");
  if (!client) return tl::unexpected(client.error());
  const auto topic = request.query.required("topic");
  if (!topic) return tl::unexpected(topic.error());
  const auto view = view_of(services);
  if (!view) return tl::unexpected(view.error());
  services.monitoring.collector.observe_now();
  return Response::json(answer_of(gather(services, **view, request.query)));
}

Outcome<Response> list_drops(Services& services, const Request& request) {
  const auto limit = read_limit(services, request.query);
  if (!limit) return tl::unexpected(limit.error());
  const auto view = view_of(services);
  if (!view) return tl::unexpected(view.error());
  json::array all;
  for (const auto& dropped : (*view)->list_dropped(request.query.text("clientId"), *limit)) {
    all.push_back(json::object{{"clientId", text_json(dropped.client_id)},
                               {"reason", broker::to_string(dropped.reason)},
                               {"count", dropped.count},
                               {"lastTime", dropped.last_at},
                               {"lastTopic", text_json(dropped.last_topic)}});
  }
  return Response::json(std::move(all));
}

Outcome<Response> list_slow_subscribers(Services& services, const Request& request) {
  const auto limit = read_limit(services, request.query);
  if (!limit) return tl::unexpected(limit.error());
  const auto view = view_of(services);
  if (!view) return tl::unexpected(view.error());
  const std::string sort_by = request.query.text("sortBy");
  if (sort_by == "latency") return Response::json(rank_by_latency(services, **view, *limit));
  if (!sort_by.empty() && sort_by != "waiting") {
    return bad_request("'" + sort_by + "' is no value for 'sortBy'");
  }
  return Response::json(rank_by_waiting(services, **view, *limit));
}

}  // namespace sluice::admin
