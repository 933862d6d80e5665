#include "telemetry/broker_metrics.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace sluice::telemetry {
namespace {

class Table {
 public:
  void gauge(std::string name, std::string help, std::vector<Sample> samples) {
    add(MetricKind::Gauge, std::move(name), std::move(help), std::move(samples));
  }
  void gauge(std::string name, std::string help, double value) {
    gauge(std::move(name), std::move(help), {{{}, value}});
  }
  void gauge(std::string name, std::string help, std::uint64_t value) {
    gauge(std::move(name), std::move(help), static_cast<double>(value));
  }
  void counter(std::string name, std::string help, std::vector<Sample> samples) {
    add(MetricKind::Counter, std::move(name), std::move(help), std::move(samples));
  }
  void counter(std::string name, std::string help, double value) {
    counter(std::move(name), std::move(help), {{{}, value}});
  }
  void counter(std::string name, std::string help, std::uint64_t value) {
    counter(std::move(name), std::move(help), static_cast<double>(value));
  }
  void histogram(std::string name, std::string help, const LatencyHistogram& times) {
    HistogramSample sample{{}, {}, times.count, static_cast<double>(times.sum_microseconds) / 1e6};
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) {
      below += times.buckets[i];
      sample.buckets.emplace_back(static_cast<double>(kLatencyBounds[i]) / 1e6, below);
    }
    metrics_.push_back({std::move(name), std::move(help), MetricKind::Histogram, {}, {sample}});
  }
  std::vector<Metric> take() { return std::move(metrics_); }

 private:
  void add(MetricKind kind, std::string name, std::string help, std::vector<Sample> samples) {
    metrics_.push_back({std::move(name), std::move(help), kind, std::move(samples), {}});
  }
  std::vector<Metric> metrics_;
};

Sample labelled(const char* label, std::string value, std::uint64_t number) {
  return {{{label, std::move(value)}}, static_cast<double>(number)};
}

std::vector<Sample> by_qos(const std::array<std::uint64_t, 3>& counts) {
  std::vector<Sample> samples;
  for (std::size_t qos = 0; qos < counts.size(); ++qos) {
    samples.push_back(labelled("qos", std::to_string(qos), counts[qos]));
  }
  return samples;
}

template <class Reason, class Counts>
std::vector<Sample> by_reason(const Counts& counts, const char* label = "reason") {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    samples.push_back(labelled(label, broker::to_string(static_cast<Reason>(i)), counts[i]));
  }
  return samples;
}

/// By Reason Code of MQTT 5, written as 0x87: those that have happened, and success.
void append_by_code(std::vector<Sample>& samples, const broker::CountsByCode& counts,
                    const char* label, const char* of_success, const char* of_others) {
  for (std::size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] == 0 && code != 0) continue;
    char text[8];
    std::snprintf(text, sizeof(text), "0x%02X", static_cast<unsigned>(code));
    samples.push_back({{{label, code == 0 ? of_success : of_others}, {"reason_code", text}},
                       static_cast<double>(counts[code])});
  }
}

std::vector<Sample> connects_of(const broker::Counters& counters) {
  std::vector<Sample> samples;
  append_by_code(samples, counters.connects, "result", "accepted", "refused");
  return samples;
}

std::vector<Sample> disconnects_of(const broker::Counters& counters) {
  std::vector<Sample> samples;
  append_by_code(samples, counters.disconnects_by_client, "initiator", "client", "client");
  append_by_code(samples, counters.disconnects_by_server, "initiator", "server", "server");
  return samples;
}

std::vector<Sample> packets_of(const broker::Counters& counters) {
  constexpr std::array kTypes = {"",          "CONNECT",  "CONNACK",     "PUBLISH",
                                 "PUBACK",    "PUBREC",   "PUBREL",      "PUBCOMP",
                                 "SUBSCRIBE", "SUBACK",   "UNSUBSCRIBE", "UNSUBACK",
                                 "PINGREQ",   "PINGRESP", "DISCONNECT",  "AUTH"};
  std::vector<Sample> samples;
  const auto append = [&](const char* direction, const broker::CountsByPacket& counts) {
    for (std::size_t type = 1; type < counts.size(); ++type) {
      samples.push_back(
          {{{"direction", direction}, {"type", kTypes[type]}}, static_cast<double>(counts[type])});
    }
  };
  append("in", counters.packets_received);
  append("out", counters.packets_sent);
  return samples;
}

/// With those that net refused before the core saw them.
auto refusals_of(const BrokerFacts& facts) {
  using broker::RefusalReason;
  auto refused = facts.counters.refused;
  const NetworkFacts& network = facts.node.network;
  refused[static_cast<std::size_t>(RefusalReason::HalfOpenPerAddress)] += network.half_open_refused;
  refused[static_cast<std::size_t>(RefusalReason::ConnectTimeout)] += network.connect_timeouts;
  return refused;
}

Sample session_sample(const char* state, const char* type, std::uint64_t count) {
  return {{{"state", state}, {"type", type}}, static_cast<double>(count)};
}

void add_clients(Table& table, const BrokerFacts& facts) {
  const broker::Counters& counters = facts.counters;
  std::vector<Sample> listeners;
  for (const BrokerFacts::Listener& listener : facts.listeners) {
    listeners.push_back({{{"listener", listener.url}, {"protocol", listener.protocol}},
                         static_cast<double>(listener.connections)});
  }
  table.gauge("sluice_connections", "Network Connections now.", std::move(listeners));
  table.counter("sluice_connections_accepted_total", "Network Connections that were taken.",
                counters.connections_accepted);
  table.counter("sluice_connects_total", "Answers to CONNECT, by Reason Code of MQTT 5.",
                connects_of(counters));
  table.counter("sluice_disconnects_total",
                "Connections that ended with DISCONNECT, or by us, by Reason Code of MQTT 5.",
                disconnects_of(counters));
  table.counter("sluice_connections_lost_total",
                "Connections that Clients ended without DISCONNECT.", counters.connections_lost);
  table.counter("sluice_refusals_total",
                "Connections that the broker refused or ended, by the reason.",
                by_reason<broker::RefusalReason>(refusals_of(facts)));
  const broker::SessionTotals& sessions = facts.sessions;
  table.gauge("sluice_sessions", "Sessions now, with and without a Network Connection.",
              {session_sample("connected", "device", sessions.devices.connected),
               session_sample("disconnected", "device", sessions.devices.disconnected),
               session_sample("connected", "application", sessions.applications.connected),
               session_sample("disconnected", "application", sessions.applications.disconnected)});
  table.gauge("sluice_application_clients", "Persistent Sessions of Application Clients now.",
              counters.application_clients);
  const std::uint64_t shared = std::min(sessions.shared_subscriptions, counters.subscriptions);
  table.gauge("sluice_subscriptions", "Subscriptions now.",
              {labelled("kind", "own", counters.subscriptions - shared),
               labelled("kind", "shared", shared)});
  table.counter("sluice_subscriptions_revoked_total",
                "Subscriptions that ended because rules had changed.",
                counters.subscriptions_revoked);
  table.counter("sluice_acl_denied_total", "What Clients wanted and may not.",
                {labelled("action", "publish", counters.publishes_denied),
                 labelled("action", "subscribe", counters.subscribes_denied)});
}

void add_network(Table& table, const NetworkFacts& network) {
  table.counter("sluice_sockets_accepted_total", "Sockets that were taken from the kernel.",
                network.sockets_accepted);
  std::vector<Sample> refused;
  for (const NetworkFacts::Refused& one : network.refused) {
    refused.push_back(labelled("reason", one.reason, one.count));
  }
  table.counter("sluice_sockets_refused_total",
                "Sockets that were closed before their first MQTT packet, by the reason.",
                std::move(refused));
  table.counter("sluice_accept_pauses_total",
                "Times that a shard that was behind stopped taking sockets.",
                network.accept_pauses);
  table.counter("sluice_tls_handshakes_total", "TLS handshakes.",
                {labelled("result", "finished", network.tls_finished),
                 labelled("result", "failed", network.tls_failed)});
  table.counter("sluice_tls_resumed_total", "TLS handshakes that finished by a session ticket.",
                network.tls_resumed);
  table.counter("sluice_tls_certificate_reloads_total", "Certificates read again.",
                {labelled("result", "taken", network.tls_reloads),
                 labelled("result", "failed", network.tls_reloads_failed)});
}

void add_authentications(Table& table, const std::vector<AuthenticationFacts>& authentications) {
  std::vector<Sample> samples;
  for (const AuthenticationFacts& one : authentications) {
    samples.push_back(
        {{{"provider", one.provider}, {"result", one.result}}, static_cast<double>(one.count)});
  }
  table.counter("sluice_auth_total",
                "What providers made of Clients; NONE: what was decided without one.",
                std::move(samples));
}

void add_messages(Table& table, const broker::Counters& counters,
                  const broker::SessionTotals& sessions) {
  table.counter("sluice_messages_received_total", "PUBLISH packets taken from Clients.",
                by_qos(counters.messages_received));
  table.counter("sluice_messages_sent_total", "PUBLISH packets given to Clients.",
                by_qos(counters.messages_sent));
  table.counter("sluice_messages_dropped_total",
                "Messages that one receiver did not get, or that were not kept, by the reason.",
                by_reason<broker::DropReason>(counters.dropped));
  table.counter("sluice_payload_bytes_total", "Payload of PUBLISH packets.",
                {labelled("direction", "in", counters.payload_bytes_received),
                 labelled("direction", "out", counters.payload_bytes_sent)});
  table.counter("sluice_packet_bytes_total", "Bytes of whole packets.",
                {labelled("direction", "in", counters.bytes_received),
                 labelled("direction", "out", counters.bytes_sent)});
  table.counter("sluice_packets_total", "MQTT packets by type.", packets_of(counters));
  table.counter("sluice_rate_limited_total", "Messages that one of rate_limits took.",
                by_reason<broker::RateLimit>(counters.rate_limited, "limit"));
  table.histogram("sluice_publish_ack_seconds",
                  "How long acknowledgements were held until what they promise was durable.",
                  counters.publish_ack);
  table.histogram("sluice_delivery_seconds",
                  "From sending QoS 1 or 2 to its acknowledgement, sampled.", counters.delivery);
  table.gauge("sluice_queue_depth", "Messages that wait for Clients now, also on disk.",
              {labelled("kind", "device", sessions.devices.queued_messages),
               labelled("kind", "application", sessions.applications.queued_messages)});
  table.gauge("sluice_inflight_messages", "Messages of QoS 1 and 2 that Clients have not finished.",
              sessions.in_flight);
  table.gauge("sluice_retained_messages", "Retained messages now.", counters.retained_messages);
  table.gauge("sluice_retained_bytes", "Bytes of retained messages now.", counters.retained_bytes);
}

void add_store(Table& table, const StoreFacts& store) {
  table.gauge("sluice_store_up", "1 while the store takes writes, else 0.",
              store.has_failed ? 0.0 : 1.0);
  table.counter("sluice_store_failures_total", "Times that the store stopped taking writes.",
                store.failures);
  table.counter("sluice_store_commits_total", "Writes of the store, with one sync each.",
                store.commit_groups);
  table.counter("sluice_store_pages_written_total", "Pages of queues written.",
                store.pages_written);
  table.counter("sluice_store_rows_written_total", "Rows written or erased.", store.rows_written);
  table.counter("sluice_store_pages_read_total", "Pages of queues read.", store.pages_read);
  table.histogram("sluice_log_append_seconds", "How long a write of the store took, with its sync.",
                  store.log_append);
  table.histogram("sluice_log_fsync_seconds", "How long the sync alone took.", store.log_fsync);
  table.gauge("sluice_store_disk_bytes", "Disk space that the store takes.", store.disk_bytes);
}

void add_observing(Table& table, const BrokerFacts::Observing& observing) {
  table.gauge("sluice_admin_streams", "Streams of live events now.", observing.streams);
  table.counter("sluice_admin_streams_dropped_total",
                "Streams that ended because their readers were too slow.",
                observing.streams_dropped);
  table.gauge("sluice_topic_tree_topics", "Topics in the topic tree now.", observing.topics);
  table.counter("sluice_topic_tree_forgotten_total",
                "Topics that left the topic tree to make room.", observing.topics_forgotten);
  table.counter("sluice_observations_lost_total",
                "Observations beyond what shards buffer between two collections.",
                {labelled("kind", "event", observing.events_lost),
                 labelled("kind", "trace", observing.trace_lost)});
  table.counter("sluice_history_failures_total", "Values of the history that were not written.",
                observing.history_failures);
}

void add_health(Table& table, const NodeFacts& node) {
  table.gauge(
      "sluice_overload_state",
      "0: none, 1: a shard is behind and nobody new comes in, 2: above overload.memory_max.",
      static_cast<double>(node.overload));
  std::vector<Sample> loops;
  for (const LoopFacts& loop : node.loops) {
    loops.push_back({{{"thread", loop.thread}}, loop.longest_turn});
  }
  table.gauge("sluice_loop_lag_seconds",
              "The longest turn of an event loop within the last 10 to 20 seconds.",
              std::move(loops));
  table.gauge("sluice_memory_bytes",
              "Memory by what holds it; the store's, about, is part of heap_used.",
              {labelled("pool", "heap_used", node.memory.heap_used),
               labelled("pool", "heap_unused", node.memory.heap_unused),
               labelled("pool", "store", node.memory.store)});
}

/// Names that all libraries of Prometheus use.
void add_process(Table& table, const ProcessFacts& process) {
  table.counter("process_cpu_seconds_total", "Processor time used.", process.cpu_seconds);
  table.gauge("process_resident_memory_bytes", "Resident memory.", process.resident_bytes);
  table.gauge("process_virtual_memory_bytes", "Virtual memory.", process.virtual_bytes);
  table.gauge("process_start_time_seconds", "Start of the process since 1970.", process.start_time);
  table.gauge("process_open_fds", "Open file descriptors.", process.open_fds);
  table.gauge("process_max_fds", "File descriptors that may be open.", process.max_fds);
  table.gauge("process_threads", "Threads of the process.", process.threads);
}

}  // namespace

std::vector<Metric> make_metrics(const BrokerFacts& facts) {
  Table table;
  table.gauge("sluice_build_info", "1, with the version of the broker.",
              {{{{"version", facts.version}}, 1}});
  add_clients(table, facts);
  add_network(table, facts.node.network);
  add_authentications(table, facts.node.authentications);
  add_messages(table, facts.counters, facts.sessions);
  add_store(table, facts.node.store);
  add_health(table, facts.node);
  add_observing(table, facts.observing);
  add_process(table, facts.process);
  return table.take();
}

}  // namespace sluice::telemetry
