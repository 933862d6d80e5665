#pragma once

#include <memory>

#include "admin/context.h"
#include "admin/monitoring/collector.h"
#include "admin/monitoring/event_hub.h"
#include "admin/monitoring/history_recorder.h"
#include "admin/monitoring/processor_load.h"
#include "admin/monitoring/session_totals.h"
#include "admin/monitoring/stream_tickets.h"
#include "admin/monitoring/traces.h"
#include "entities/history_store.h"
#include "telemetry/topic_tree.h"

namespace sluice::admin {

/// All that observes the broker, put together. One, on the admin thread.
class Monitoring {
 public:
  /// The history is in the folder of the store. If it cannot be opened that is logged, and there is
  /// none: a broker without statistics is better than none.
  Monitoring(Context& context, EventHub& events);

  StreamTickets tickets;
  Traces traces;
  telemetry::TopicTree topics;
  ProcessorLoad processor_load;                     // of the last second
  RecentSessionTotals session_totals;
  std::unique_ptr<entities::HistoryStore> history;  // null: it could not be opened
  HistoryRecorder recorder;
  Collector collector;
};

}  // namespace sluice::admin
