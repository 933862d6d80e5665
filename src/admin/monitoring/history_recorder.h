#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "broker/counters.h"
#include "config/settings.h"
#include "entities/history_store.h"

namespace sluice::admin {

inline constexpr const char* kTotalEntity = "total";

/// Writes what the broker counted since the last time into the history, under TBMQ's keys, for this
/// node and for "total", at each whole interval of the clock.
///
/// Counters begin at 0 with the process, and so does what this has written: nothing is counted
/// twice, and nothing lost but what a kill takes since the last interval.
class HistoryRecorder {
 public:
  /// store     borrowed; null: nothing is written
  HistoryRecorder(entities::HistoryStore* store, std::string node_id,
                  const config::TelemetrySettings& settings);

  /// At least each interval. Writes nothing within one.
  void on_counters(const broker::Counters& counters, std::int64_t now);
  /// At the stop: what has been counted since the last interval.
  void finish(const broker::Counters& counters, std::int64_t now);

  std::uint64_t failures() const { return failures_; }

 private:
  void write(const broker::Counters& counters, std::int64_t at);
  void purge(std::int64_t now);

  entities::HistoryStore* const store_;
  const std::string node_id_;
  const std::int64_t interval_;  // milliseconds
  const std::int64_t kept_for_;  // milliseconds
  broker::Counters written_;     // up to here
  std::optional<std::int64_t> last_interval_;
  std::int64_t purged_at_ = 0;
  std::uint64_t failures_ = 0;
};

std::uint64_t total_dropped(const broker::Counters& counters);
std::uint64_t total_of(const std::array<std::uint64_t, 3>& by_qos);

}  // namespace sluice::admin
