#include "app/node_facts.h"

#include <algorithm>
#include <chrono>

#include "base/allocator.h"

namespace sluice::app {

namespace {

telemetry::StoreFacts store_facts(const net::StoreCounters& counters,
                                  const storage::Engine* engine) {
  telemetry::StoreFacts facts;
  facts.has_failed = counters.is_failed;
  facts.failures = counters.failures;
  facts.commit_groups = counters.commit_groups;
  facts.pages_written = counters.pages_written;
  facts.rows_written = counters.rows_written;
  facts.pages_read = counters.pages_read;
  facts.disk_bytes = engine == nullptr ? 0 : engine->disk_bytes();
  facts.log_append.add(counters.log_append);
  facts.log_fsync.add(counters.log_fsync);
  return facts;
}

telemetry::NetworkFacts network_facts(const net::NetCounters& counters) {
  telemetry::NetworkFacts facts;
  facts.sockets_accepted = counters.sockets_accepted;
  facts.refused = {{"no_descriptor", counters.no_descriptor},
                   {"connections_max", counters.connections_max_refused},
                   {"connects_per_listener", counters.listener_rate_refused},
                   {"connects_per_address", counters.address_rate_refused},
                   {"untrusted_proxy", counters.proxy_untrusted},
                   {"proxy_header", counters.proxy_failed},
                   {"websocket_upgrade", counters.upgrades_refused},
                   {"websocket_violation", counters.websocket_violations}};
  facts.half_open_refused = counters.half_open_refused;
  facts.connect_timeouts = counters.connect_timeouts;
  facts.accept_pauses = counters.accept_pauses;
  facts.tls_finished = counters.tls_handshakes;
  facts.tls_resumed = counters.tls_resumed;
  facts.tls_failed = counters.tls_failed;
  facts.tls_reloads = counters.tls_reloads;
  facts.tls_reloads_failed = counters.tls_reloads_failed;
  return facts;
}

std::vector<telemetry::AuthenticationFacts> authentication_facts(
    const providers::AuthenticationCounts* counts) {
  std::vector<telemetry::AuthenticationFacts> facts;
  if (counts == nullptr) return facts;
  for (std::size_t provider = 0; provider < counts->kProviders; ++provider) {
    for (std::size_t result = 0; result < counts->kResults; ++result) {
      const auto of = static_cast<auth::ProviderType>(provider);
      const auto became = static_cast<providers::AuthenticationResult>(result);
      facts.push_back({auth::to_string(of), to_string(became), counts->of(of, became)});
    }
  }
  return facts;
}

std::vector<telemetry::LoopFacts> loop_facts(const std::vector<const runtime::Pulse*>& pulses) {
  std::vector<telemetry::LoopFacts> facts;
  for (std::size_t shard = 0; shard < pulses.size(); ++shard) {
    const std::chrono::duration<double> longest = pulses[shard]->longest_turn();
    facts.push_back({"shard-" + std::to_string(shard), longest.count()});
  }
  return facts;
}

telemetry::MemoryFacts memory_facts(const storage::Engine* engine) {
  const HeapUse heap = heap_use();
  return {heap.used, heap.resident - std::min(heap.resident, heap.used),
          engine == nullptr ? 0 : engine->memory_bytes()};
}

telemetry::Overload overload_of(const NodeSources& sources) {
  if (sources.state.is_memory_full) return telemetry::Overload::MemoryFull;
  return sources.server.lagging_shards() > 0 ? telemetry::Overload::ShardBehind
                                             : telemetry::Overload::None;
}

}  // namespace

telemetry::NodeFacts collect_node_facts(const NodeSources& sources) {
  return {store_facts(sources.server.store_counters(), sources.engine),
          network_facts(sources.server.net_counters()),
          authentication_facts(sources.authentications),
          loop_facts(sources.server.pulses()),
          memory_facts(sources.engine),
          overload_of(sources)};
}

}  // namespace sluice::app
