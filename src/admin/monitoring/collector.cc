#include "admin/monitoring/collector.h"

#include <algorithm>

namespace sluice::admin {
namespace {

namespace json = boost::json;

struct EventNames {
  Channel channel;
  const char* name;
};

EventNames names_of(broker::EventKind kind) {
  switch (kind) {
    case broker::EventKind::Connected:
      return {Channel::Sessions, "CONNECTED"};
    case broker::EventKind::Disconnected:
      return {Channel::Sessions, "DISCONNECTED"};
    case broker::EventKind::Refused:
      return {Channel::Refusals, "REFUSED"};
    case broker::EventKind::Subscribed:
      return {Channel::Subscriptions, "SUBSCRIBED"};
    case broker::EventKind::Unsubscribed:
      return {Channel::Subscriptions, "UNSUBSCRIBED"};
    case broker::EventKind::Dropped:
      return {Channel::Drops, "DROPPED"};
    case broker::EventKind::SessionEnded:
      break;
  }
  return {Channel::Sessions, "SESSION_ENDED"};
}

const char* name_of(broker::TraceStep step) {
  switch (step) {
    case broker::TraceStep::Packet:
      return "PACKET";
    case broker::TraceStep::Published:
      return "PUBLISHED";
    case broker::TraceStep::PublishDenied:
      return "PUBLISH_DENIED";
    case broker::TraceStep::NoSubscription:
      return "NO_SUBSCRIPTION";
    case broker::TraceStep::Matched:
      return "MATCHED";
    case broker::TraceStep::NoLocal:
      return "NO_LOCAL";
    case broker::TraceStep::ShareChosen:
      return "SHARE_CHOSEN";
    case broker::TraceStep::Queued:
      return "QUEUED";
    case broker::TraceStep::Dropped:
      return "DROPPED";
    case broker::TraceStep::Sent:
      return "SENT";
    case broker::TraceStep::Acknowledged:
      break;
  }
  return "ACKNOWLEDGED";
}

json::string text(const std::string& value) {
  return json::string(value.data(), value.size());
}

bool is_same(const broker::Watch& a, const broker::Watch& b) {
  return a.events == b.events && a.topics == b.topics && a.payloads == b.payloads &&
         a.trace.client_ids == b.trace.client_ids && a.trace.filters == b.trace.filters &&
         a.trace.addresses == b.trace.addresses;
}

}  // namespace

json::object second_to_json(const SecondOfCounters& second) {
  return {{"ts", second.at},
          {"connections", second.connections},
          {"sessions", second.sessions},
          {"subscriptions", second.subscriptions},
          {"retainedMsgs", second.retained},
          {"connectsRate", second.connects},
          {"incomingMsgsRate", second.received},
          {"outgoingMsgsRate", second.sent},
          {"droppedMsgsRate", second.dropped}};
}

json::object record_to_json(const broker::TraceRecord& record) {
  return {{"time", record.at},
          {"message", record.message == 0 ? json::value(nullptr)
                                          : json::value(std::to_string(record.message))},
          {"step", name_of(record.step)},
          {"clientId", text(record.client_id)},
          {"topic", text(record.topic)},
          {"detail", text(record.detail)},
          {"reason", text(record.reason)},
          {"qos", static_cast<int>(record.qos)},
          {"packetId", record.packet_id}};
}

Collector::Collector(Context& context, Targets targets, config::TopicTree topic_tree)
    : context_(context), targets_(targets), topic_tree_(topic_tree) {}

void Collector::on_second() {
  targets_.events.on_second();
  if (!context_.view) return;
  count();
  observe();
  refresh_watch();
}

void Collector::observe_now() {
  if (context_.view) observe();
}

std::vector<broker::Event> Collector::endings_of(const std::string& client_id) const {
  std::vector<broker::Event> found;
  for (const broker::Event& event : endings_) {
    if (event.client_id == client_id) found.push_back(event);
  }
  return found;
}

double Collector::waiting_rate(const broker::SessionSummary& session) {
  const WallTime now = context_.now();
  const Waiting current{now, session.waiting_bytes};
  const auto [found, is_new] = waiting_.try_emplace(session.client_id, current);
  const Waiting before = std::exchange(found->second, current);
  if (waiting_.size() > kWaitingMax) waiting_.clear();
  if (is_new || now <= before.at) return 0;
  const double difference = static_cast<double>(current.bytes) - static_cast<double>(before.bytes);
  return difference * 1000 / static_cast<double>(now - before.at);
}

void Collector::finish() {
  if (!context_.view) return;
  targets_.history.finish(context_.view->counters(), context_.now());
}

void Collector::watch_topics(config::TopicTree how) {
  topic_tree_ = how;
  refresh_watch();
}

broker::Watch Collector::wanted() const {
  broker::Watch watch;
  for (const Channel channel :
       {Channel::Sessions, Channel::Refusals, Channel::Subscriptions, Channel::Drops}) {
    watch.events |= targets_.events.is_followed(channel);
  }
  watch.topics = topic_tree_ != config::TopicTree::Off;
  watch.payloads = topic_tree_ == config::TopicTree::Values;
  watch.trace = targets_.traces.wanted(context_.now());
  // Who traces will ask why, and that also depends on how connections ended.
  watch.events |= !watch.trace.empty();
  return watch;
}

void Collector::refresh_watch() {
  if (!context_.view) return;
  broker::Watch watch = wanted();
  if (is_same(watch, watch_)) return;
  // What was gathered under the old one belongs to it.
  if (is_watching_) observe();
  is_watching_ = watch.events || watch.topics || !watch.trace.empty();
  watch_ = watch;
  context_.view->watch(std::make_shared<const broker::Watch>(std::move(watch)));
}

void Collector::count() {
  const broker::Counters now = context_.view->counters();
  const WallTime at = context_.now();
  targets_.history.on_counters(now, at);
  if (last_at_ != 0 && at > last_at_) {
    const double passed = static_cast<double>(at - last_at_) / 1000;
    const auto rate = [passed](std::uint64_t after, std::uint64_t before) {
      return static_cast<double>(after - before) / passed;
    };
    SecondOfCounters second{at, now.connections, now.sessions, now.subscriptions,
                            now.retained_messages};
    second.connects = rate(now.connections_accepted, last_.connections_accepted);
    second.received = rate(total_of(now.messages_received), total_of(last_.messages_received));
    second.sent = rate(total_of(now.messages_sent), total_of(last_.messages_sent));
    second.dropped = rate(total_dropped(now), total_dropped(last_));
    seconds_.push_back(second);
    if (seconds_.size() > kSecondsMax) seconds_.pop_front();
    if (targets_.events.is_followed(Channel::Counters)) {
      targets_.events.publish(Channel::Counters, second_to_json(second));
    }
  }
  last_ = now;
  last_at_ = at;
}

void Collector::observe() {
  if (!is_watching_) return;
  const broker::Observations seen = context_.view->collect();
  events_lost_ += seen.events_lost;
  trace_lost_ += seen.trace_lost;
  for (const broker::TopicSample& sample : seen.topics) targets_.topics.add(sample);
  for (const broker::Event& event : seen.events) tell(event);
  for (const broker::TraceRecord& record : seen.trace) tell(record);
}

void Collector::tell(const broker::Event& event) {
  const bool is_ending =
      event.kind == broker::EventKind::Disconnected || event.kind == broker::EventKind::Refused;
  if (is_ending) endings_.push_back(event);
  if (endings_.size() > kEndingsMax) endings_.pop_front();
  const auto [channel, name] = names_of(event.kind);
  if (!targets_.events.is_followed(channel)) return;
  targets_.events.publish(channel, json::object{{"type", name},
                                                {"time", event.at},
                                                {"clientId", text(event.client_id)},
                                                {"clientIpAdr", text(event.address)},
                                                {"username", text(event.username)},
                                                {"reasonCode", static_cast<int>(event.code)},
                                                {"reason", text(event.reason)},
                                                {"topic", text(event.topic)},
                                                {"byServer", event.by_server},
                                                {"count", event.count}});
}

void Collector::tell(const broker::TraceRecord& record) {
  for (const std::string& id : targets_.traces.add(record)) {
    if (!targets_.events.is_followed(Channel::Trace)) continue;
    json::object data = record_to_json(record);
    data["traceId"] = id;
    targets_.events.publish(Channel::Trace, data);
  }
}

}  // namespace sluice::admin
