#include "admin/monitoring/history_recorder.h"

#include <numeric>
#include <vector>

#include "base/log.h"

namespace sluice::admin {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;

struct Value {
  const char* key;
  std::uint64_t now;
  std::uint64_t before;  // 0 for what is a state and no count
};

std::vector<Value> values_of(const broker::Counters& now, const broker::Counters& before) {
  return {
      {"incomingMsgs", total_of(now.messages_received), total_of(before.messages_received)},
      {"outgoingMsgs", total_of(now.messages_sent), total_of(before.messages_sent)},
      {"droppedMsgs", total_dropped(now), total_dropped(before)},
      {"inboundPayloadTraffic", now.payload_bytes_received, before.payload_bytes_received},
      {"outboundPayloadTraffic", now.payload_bytes_sent, before.payload_bytes_sent},
      {"sessions", now.sessions, 0},
      {"subscriptions", now.subscriptions, 0},
      {"retainedMsgs", now.retained_messages, 0},
  };
}

}  // namespace

std::uint64_t total_dropped(const broker::Counters& counters) {
  return std::accumulate(counters.dropped.begin(), counters.dropped.end(), std::uint64_t{0});
}

std::uint64_t total_of(const std::array<std::uint64_t, 3>& by_qos) {
  return by_qos[0] + by_qos[1] + by_qos[2];
}

HistoryRecorder::HistoryRecorder(entities::HistoryStore* store, std::string node_id,
                                 const config::TelemetrySettings& settings)
    : store_(store),
      node_id_(std::move(node_id)),
      interval_(milliseconds(settings.history_interval).count()),
      kept_for_(settings.history_days * kDay) {}

void HistoryRecorder::on_counters(const broker::Counters& counters, std::int64_t now) {
  const std::int64_t interval = now / interval_;
  const bool is_over = last_interval_ && *last_interval_ != interval;
  last_interval_ = interval;
  if (!is_over) return;
  write(counters, interval * interval_);
  if (now - purged_at_ >= kHour) purge(now);
}

void HistoryRecorder::finish(const broker::Counters& counters, std::int64_t now) {
  write(counters, now);
}

void HistoryRecorder::write(const broker::Counters& counters, std::int64_t at) {
  if (!store_) return;
  std::vector<entities::HistoryStore::NewPoint> points;
  for (const Value& value : values_of(counters, written_)) {
    const auto difference = static_cast<std::int64_t>(value.now - value.before);
    points.push_back({node_id_, value.key, at, difference});
    points.push_back({kTotalEntity, value.key, at, difference});
  }
  if (const auto added = store_->add(points); !added) {
    ++failures_;
    log::error("the history cannot be written: " + added.error().what);
    return;  // what was counted goes into the next point
  }
  written_ = counters;
}

void HistoryRecorder::purge(std::int64_t now) {
  purged_at_ = now;
  if (!store_) return;
  if (const auto done = store_->remove_before(now - kept_for_); !done) {
    log::error("old history cannot be removed: " + done.error().what);
  }
}

}  // namespace sluice::admin
