#include "broker/sys_topics.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "broker/core.h"

namespace sluice::broker {
namespace {

constexpr std::array<int, 3> kLoadMinutes{1, 5, 15};

template <class Counts>
std::uint64_t sum_of(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace

SysTopics::SysTopics(Core& core) : core_(core), interval_(core.settings.own_topics.sys_interval) {
  if (interval_ > seconds{0} && core.self == 0) of_shards_.resize(core.shards);
}

void SysTopics::on_tick() {
  if (interval_ == seconds{0} || core_.now < next_ || !core_.is_ready) return;
  if (began_ == kNever) began_ = core_.now;
  next_ = core_.now + interval_;
  if (core_.self != 0) {
    return core_.post(0, SysLetter{std::make_unique<Counters>(core_.counters)});
  }
  of_shards_[0] = core_.counters;
  publish_all();
}

void SysTopics::on_counters(ShardId from, const Counters& counters) {
  if (from < of_shards_.size()) of_shards_[from] = counters;
}

void SysTopics::publish_all() {
  Counters all;
  for (const Counters& one : of_shards_) add_counters(all, one);
  clients_maximum_ = std::max(clients_maximum_, all.connections);
  const auto uptime = std::chrono::duration_cast<seconds>(core_.now - began_).count();

  publish("version", std::string("Sluice ") + SLUICE_VERSION);
  publish("uptime", std::to_string(uptime) + " seconds");
  publish("clients/connected", all.connections);
  publish("clients/disconnected", all.sessions - std::min(all.sessions, all.connections));
  publish("clients/total", all.sessions);
  publish("clients/maximum", clients_maximum_);
  publish("subscriptions/count", all.subscriptions);
  publish("retained messages/count", all.retained_messages);
  publish("messages/received", sum_of(all.packets_received));
  publish("messages/sent", sum_of(all.packets_sent));
  publish("publish/messages/received", sum_of(all.messages_received));
  publish("publish/messages/sent", sum_of(all.messages_sent));
  publish("publish/messages/dropped", sum_of(all.dropped));
  publish("publish/bytes/received", all.payload_bytes_received);
  publish("publish/bytes/sent", all.payload_bytes_sent);
  publish("bytes/received", all.bytes_received);
  publish("bytes/sent", all.bytes_sent);

  publish_load("messages/received", loads_[0], sum_of(all.packets_received));
  publish_load("messages/sent", loads_[1], sum_of(all.packets_sent));
  publish_load("publish/received", loads_[2], sum_of(all.messages_received));
  publish_load("publish/sent", loads_[3], sum_of(all.messages_sent));
  publish_load("bytes/received", loads_[4], all.bytes_received);
  publish_load("bytes/sent", loads_[5], all.bytes_sent);
  publish_load("connections", loads_[6], all.connections_accepted);
}

void SysTopics::publish_load(const char* name, Load& load, std::uint64_t now) {
  const auto passed = static_cast<double>(interval_.count());
  const double per_minute = static_cast<double>(now - load.last) * 60 / passed;
  load.last = now;
  for (std::size_t i = 0; i < kLoadMinutes.size(); ++i) {
    const double kept = std::exp(-passed / (60.0 * kLoadMinutes[i]));
    load.per_minute[i] = per_minute + kept * (load.per_minute[i] - per_minute);
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", load.per_minute[i]);
    publish("load/" + std::string(name) + "/" + std::to_string(kLoadMinutes[i]) + "min", text);
  }
}

void SysTopics::publish(const std::string& name, const std::string& value) {
  const std::string topic = "$SYS/broker/" + name;
  MessageParts parts;
  parts.topic = topic;
  parts.payload = value;
  parts.retain = true;
  core_.dispatcher.publish(parts, nullptr, Handover::Direct);
}

}  // namespace sluice::broker
