#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "config/settings.h"
#include "telemetry/node_facts.h"

namespace sluice::admin {

/// One thing that health rests on.
struct HealthCheck {
  std::string name;  // "event-loops", "listeners", "store", "recovery", "memory", "draining"
  bool passes = true;
  std::string detail;  // for an operator
};

/// The answers of /livez, /readyz and /startupz.
struct Health {
  std::vector<HealthCheck> live;  // never depends on what is outside of the process
  std::vector<HealthCheck> ready;
  std::vector<HealthCheck> started;
};

/// A listener as it runs.
struct ListenerFacts {
  config::ListenerSettings settings;
  std::uint64_t connections = 0;
};

/// The process around the administration. On the admin thread.
class Node {
 public:
  virtual ~Node() = default;
  virtual std::string version() = 0;
  virtual std::string id() = 0;  // of this node, the same after a restart
  virtual WallTime started_at() = 0;
  virtual const config::Settings& settings() = 0;  // as they hold now
  virtual std::vector<ListenerFacts> listeners() = 0;
  virtual Health health() = 0;
  /// False: only health can be asked for yet.
  virtual bool is_serving() { return true; }
  virtual telemetry::NodeFacts facts() = 0;
  /// Makes a copy of all that the broker keeps, as of one moment, while it runs. May take long, and
  /// may be called on any thread, once at a time.
  /// stop     once set, by any thread, this ends soon with an error
  /// returns  a folder of the caller's, to be removed with all that is in it
  /// errors   one line for an operator
  virtual Result<std::string> copy_store(const std::atomic<bool>& stop) = 0;
};

}  // namespace sluice::admin
