#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/counters.h"
#include "broker/inspection.h"
#include "telemetry/metric.h"
#include "telemetry/node_facts.h"
#include "telemetry/process_facts.h"

namespace sluice::telemetry {

/// All that metrics are made of, at one moment.
struct BrokerFacts {
  struct Listener {
    std::string url;       // without options
    std::string protocol;  // "mqtt", "mqtts", "ws", "wss"
    std::uint64_t connections = 0;
  };
  /// Of what observes.
  struct Observing {
    std::uint64_t streams = 0;
    std::uint64_t streams_dropped = 0;
    std::uint64_t topics = 0;
    std::uint64_t topics_forgotten = 0;
    std::uint64_t events_lost = 0;
    std::uint64_t trace_lost = 0;
    std::uint64_t history_failures = 0;
  };

  std::string version;
  broker::Counters counters;
  broker::SessionTotals sessions;
  std::vector<Listener> listeners;
  NodeFacts node;
  Observing observing;
  ProcessFacts process;
};

/// Every metric that there is, also those at 0, in the order of docs/reference/metrics.md. At most
/// some hundred series: none is for a Client or a topic.
std::vector<Metric> make_metrics(const BrokerFacts& facts);

}  // namespace sluice::telemetry
