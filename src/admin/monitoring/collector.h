#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "admin/context.h"
#include "admin/monitoring/event_hub.h"
#include "admin/monitoring/history_recorder.h"
#include "admin/monitoring/traces.h"
#include "telemetry/topic_tree.h"

namespace sluice::admin {

/// What was counted within one second, and the state at its end.
struct SecondOfCounters {
  WallTime at = 0;
  std::uint64_t connections = 0;
  std::uint64_t sessions = 0;
  std::uint64_t subscriptions = 0;
  std::uint64_t retained = 0;
  double connects = 0;  // these a second
  double received = 0;
  double sent = 0;
  double dropped = 0;
};

/// Once a second: asks the shards what they counted and, while somebody watches, what they saw, and
/// gives it to those who follow, to the topic tree, the traces and the history.
///
/// Lives on   the admin thread, which waits for the shards meanwhile.
class Collector {
 public:
  static constexpr std::size_t kSecondsMax = 300;
  static constexpr std::size_t kEndingsMax = 2000;
  static constexpr std::size_t kWaitingMax = 2000;

  /// All borrowed.
  struct Targets {
    EventHub& events;
    telemetry::TopicTree& topics;
    Traces& traces;
    HistoryRecorder& history;
  };
  Collector(Context& context, Targets targets, config::TopicTree topic_tree);

  void on_second();
  /// Tells the shards at once what is watched now.
  void refresh_watch();
  /// What the shards have gathered by now, without waiting for the next second.
  void observe_now();
  /// At the stop, while the shards still answer.
  void finish();

  void watch_topics(config::TopicTree how);
  config::TopicTree watched_topics() const { return topic_tree_; }

  /// The last minutes, oldest first.
  const std::deque<SecondOfCounters>& seconds() const { return seconds_; }
  /// How the connections of this Client ended lately, as far as events were watched.
  std::vector<broker::Event> endings_of(const std::string& client_id) const;
  /// By how many bytes a second what waits for a Client has grown since it was asked for last; 0
  /// the first time.
  double waiting_rate(const broker::SessionSummary& session);
  std::uint64_t events_lost() const { return events_lost_; }
  std::uint64_t trace_lost() const { return trace_lost_; }

 private:
  broker::Watch wanted() const;
  void count();
  void observe();
  void tell(const broker::Event& event);
  void tell(const broker::TraceRecord& record);

  Context& context_;
  Targets targets_;
  config::TopicTree topic_tree_;
  bool is_watching_ = false;
  broker::Watch watch_;  // what the shards were told
  broker::Counters last_;
  WallTime last_at_ = 0;
  std::deque<SecondOfCounters> seconds_;
  std::deque<broker::Event> endings_;  // the last kEndingsMax
  struct Waiting {
    WallTime at;
    std::uint64_t bytes;
  };
  std::map<std::string, Waiting> waiting_;  // of at most kWaitingMax Clients
  std::uint64_t events_lost_ = 0;
  std::uint64_t trace_lost_ = 0;
};

boost::json::object second_to_json(const SecondOfCounters& second);
boost::json::object record_to_json(const broker::TraceRecord& record);

}  // namespace sluice::admin
