#pragma once

#include <cstdint>

#include "tools/bench/bench_client.h"
#include "tools/bench/broker_probe.h"
#include "tools/bench/histogram.h"
#include "tools/json.h"

namespace sluice::tools::bench {

/// The scenario and all parameters, with which every result begins.
JsonObject begin_report(const Options& options);

/// What was lost, what came twice, what came late, over the whole run.
struct Delivery {
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
};

void add_delivery(JsonObject& json, const Delivery& delivery);
void add_latency(JsonObject& json, const Histogram& nanoseconds);

/// CPU time between two samples and `count` things per second of it, named
/// <prefix>broker_cpu_seconds and <what>_per_broker_cpu_second. Nothing without --broker-pid.
void add_cpu(JsonObject& json, const Options& options, const char* prefix, const char* what,
             const BrokerSample& before, const BrokerSample& after, std::uint64_t count);

/// Resident memory before and after and the private memory that each of `count` things took, as
/// `name`. Nothing without --broker-pid.
void add_memory(JsonObject& json, const Options& options, const char* name,
                const BrokerSample& before, const BrokerSample& after, std::uint64_t count);

/// Errors, then the whole object as the last line of stdout; before it, unless --json, a summary.
/// Returns the exit status: 0 only without errors and loss.
int finish_report(JsonObject& json, const Run& run, const Delivery& delivery,
                  const std::string& summary);

/// One line on stderr that overwrites itself, if stderr is a terminal.
void show_progress(const std::string& text);

}  // namespace sluice::tools::bench
