#include "broker/event_topics.h"

#include <boost/json.hpp>
#include <cstdio>
#include <utility>

#include "base/assert.h"
#include "broker/core.h"

namespace sluice::broker {
namespace {

constexpr std::size_t kTopicMax = 65'535;  // bytes, v5 1.5.4

const char* name_of(EventKind kind) {
  switch (kind) {
    case EventKind::Connected:
      return "connected";
    case EventKind::Disconnected:
      return "disconnected";
    case EventKind::Refused:
      return "refused";
    case EventKind::Subscribed:
      return "subscribed";
    case EventKind::Unsubscribed:
      return "unsubscribed";
    case EventKind::SessionEnded:
      return "session_ended";
    case EventKind::Dropped:
      return "dropped";
  }
  SLUICE_UNREACHABLE();
}

/// One level of a topic: what a level must not hold is written as in a URL.
std::string level_of(ByteView client_id) {
  std::string level;
  for (const char c : client_id) {
    if (c == '/' || c == '+' || c == '#' || c == '%' || c == '\0') {
      char escaped[4];
      std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(c));
      level += escaped;
    } else {
      level += c;
    }
  }
  return level;
}

std::string to_json(const Event& event) {
  boost::json::object json{
      {"event", name_of(event.kind)}, {"at", event.at}, {"client_id", event.client_id}};
  const auto add = [&json](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  };
  add("address", event.address);
  add("username", event.username);
  add("topic", event.topic);
  add("reason", event.reason);
  if (event.kind == EventKind::Dropped) {
    json["count"] = event.count;
  } else {
    json["reason_code"] = static_cast<std::uint8_t>(event.code);
  }
  if (event.kind == EventKind::Disconnected) json["by_server"] = event.by_server;
  return boost::json::serialize(json);
}

}  // namespace

EventTopics::EventTopics(Core& core) : core_(core), is_on_(core.settings.own_topics.events) {}

void EventTopics::add(const Event& event) {
  if (waiting_.size() >= kEventsMax) return;
  std::string topic = std::string("$events/client/") + name_of(event.kind) + "/";
  topic += level_of(event.client_id);
  if (topic.size() <= kTopicMax) waiting_.push_back({std::move(topic), to_json(event)});
}

void EventTopics::publish_waiting() {
  for (const Waiting& one : std::exchange(waiting_, {})) {
    MessageParts parts;
    parts.topic = one.topic;
    parts.payload = one.payload;
    core_.dispatcher.publish(parts, nullptr, Handover::Direct);
  }
}

}  // namespace sluice::broker
