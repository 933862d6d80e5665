#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "broker/observation.h"

namespace sluice::admin {

/// What became of the messages and Clients that somebody wanted to be traced.
struct Trace {
  std::string id;
  broker::Watch::Trace wanted;
  WallTime started_at = 0;
  WallTime ends_at = 0;
  std::deque<broker::TraceRecord> records;  // the last ones
  std::uint64_t forgotten = 0;              // records that made room
  std::set<std::uint64_t> messages;         // whose steps belong here, also those of other Clients
};

/// Lives on   the admin thread.
/// Limits     `kTracesMax` traces, of which the oldest that is over makes room; `kRecordsMax`
///            records of each; what is traced, as who watches everything slows everything.
class Traces {
 public:
  static constexpr std::size_t kTracesMax = 16;
  static constexpr std::size_t kRecordsMax = 20'000;
  static constexpr std::size_t kMessagesMax = 20'000;

  /// Null: there are kTracesMax that still run.
  const Trace* start(broker::Watch::Trace wanted, WallTime now, seconds length);
  bool remove(const std::string& id);
  const Trace* find(const std::string& id) const;
  const std::map<std::uint64_t, Trace>& all() const { return traces_; }

  /// What all that run at `now` want together.
  broker::Watch::Trace wanted(WallTime now) const;

  /// returns  the ids of the traces that the record belongs to
  std::vector<std::string> add(const broker::TraceRecord& record);

  /// The records of all traces that are of this topic, or of no topic and of one of these Clients.
  std::vector<broker::TraceRecord> about(const std::vector<std::string>& client_ids,
                                         const std::string& topic) const;
  /// Whether a trace that runs, or ran, would have shown messages of this topic.
  bool covers(const std::string& client_id, const std::string& topic) const;

 private:
  static bool belongs(const Trace& trace, const broker::TraceRecord& record);

  std::map<std::uint64_t, Trace> traces_;  // by number
  std::uint64_t last_number_ = 0;
};

}  // namespace sluice::admin
