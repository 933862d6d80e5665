#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/latency_histogram.h"

/// What a process tells of itself beside what its shards count. Plain values, as of one moment.
namespace sluice::telemetry {

/// The store and its threads.
struct StoreFacts {
  bool has_failed = false;  // takes no writes now
  std::uint64_t failures = 0;
  std::uint64_t commit_groups = 0;
  std::uint64_t pages_written = 0;
  std::uint64_t rows_written = 0;
  std::uint64_t pages_read = 0;
  std::uint64_t disk_bytes = 0;
  LatencyHistogram log_append;  // a commit group written, and synced
  LatencyHistogram log_fsync;   // the sync alone
};

/// Sockets, before the broker's core sees them.
struct NetworkFacts {
  struct Refused {
    const char* reason;
    std::uint64_t count;
  };
  std::uint64_t sockets_accepted = 0;
  std::vector<Refused> refused;
  std::uint64_t half_open_refused = 0;  // these two are refusals as the core has them
  std::uint64_t connect_timeouts = 0;
  std::uint64_t accept_pauses = 0;
  std::uint64_t tls_finished = 0;  // handshakes
  std::uint64_t tls_resumed = 0;   // among them
  std::uint64_t tls_failed = 0;
  std::uint64_t tls_reloads = 0;  // of certificates
  std::uint64_t tls_reloads_failed = 0;
};

/// What one provider made of those that it was asked for.
struct AuthenticationFacts {
  std::string provider;  // TBMQ's name
  std::string result;
  std::uint64_t count = 0;
};

struct LoopFacts {
  std::string thread;
  double longest_turn = 0;  // seconds, of the last 10 to 20
};

struct MemoryFacts {
  std::uint64_t heap_used = 0;    // bytes
  std::uint64_t heap_unused = 0;  // kept by the allocator
  std::uint64_t store = 0;        // of heap_used, about
};

/// In the order of how bad it is.
enum class Overload { None, ShardBehind, MemoryFull };

struct NodeFacts {
  StoreFacts store;
  NetworkFacts network;
  std::vector<AuthenticationFacts> authentications;
  std::vector<LoopFacts> loops;
  MemoryFacts memory;
  Overload overload = Overload::None;
};

}  // namespace sluice::telemetry
