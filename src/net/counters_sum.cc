#include "net/counters_sum.h"

#include <cstdint>
#include <string_view>

namespace sluice::net {

namespace {

/// Visits every counter of the rim with its name: the one list that summing and printing share.
template <class AnyCounters, class Visitor>
void for_each_counter(AnyCounters& counters, Visitor&& visit) {
  visit("sockets_accepted", counters.sockets_accepted);
  visit("no_descriptor", counters.no_descriptor);
  visit("upgrades_refused", counters.upgrades_refused);
  visit("websocket_violations", counters.websocket_violations);
  visit("connections_max_refused", counters.connections_max_refused);
  visit("listener_rate_refused", counters.listener_rate_refused);
  visit("address_rate_refused", counters.address_rate_refused);
  visit("proxy_untrusted", counters.proxy_untrusted);
  visit("proxy_failed", counters.proxy_failed);
  visit("accept_pauses", counters.accept_pauses);
  visit("tls_handshakes", counters.tls_handshakes);
  visit("tls_resumed", counters.tls_resumed);
  visit("tls_failed", counters.tls_failed);
  visit("tls_timeouts", counters.tls_timeouts);
  visit("tls_certificates_refused", counters.tls_certificates_refused);
  visit("tls_reloads", counters.tls_reloads);
  visit("tls_reloads_failed", counters.tls_reloads_failed);
}

void append_member(std::string& json, std::string_view name, std::uint64_t value) {
  if (json.back() != '{') json += ',';
  json.append("\"").append(name).append("\":").append(std::to_string(value));
}

void begin_object(std::string& json, std::string_view name) {
  json.append(",\"").append(name).append("\":{");
}

template <class Array>
void append_by_qos(std::string& json, std::string_view name, const Array& counts) {
  begin_object(json, name);
  for (std::size_t qos = 0; qos < counts.size(); ++qos) {
    append_member(json, "qos" + std::to_string(qos), counts[qos]);
  }
  json += '}';
}

template <class Reason, class Array>
void append_by_reason(std::string& json, std::string_view name, const Array& counts) {
  begin_object(json, name);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    append_member(json, broker::to_string(static_cast<Reason>(i)), counts[i]);
  }
  json += '}';
}

/// Those that were seen: most codes and types never are.
template <class Array>
void append_by_number(std::string& json, std::string_view name, const Array& counts) {
  begin_object(json, name);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) append_member(json, std::to_string(i), counts[i]);
  }
  json += '}';
}

template <class Count>
void append_histogram(std::string& json, std::string_view name,
                      const BasicLatencyHistogram<Count>& histogram) {
  begin_object(json, name);
  append_member(json, "count", histogram.count);
  append_member(json, "sum_microseconds", histogram.sum_microseconds);
  json += '}';
}

void append_store(std::string& json, const StoreCounters& store, std::uint64_t disk_bytes) {
  begin_object(json, "store");
  append_member(json, "failed", store.is_failed ? 1 : 0);
  append_member(json, "failures", store.failures);
  append_member(json, "commit_groups", store.commit_groups);
  append_member(json, "batches", store.batches);
  append_member(json, "pages_written", store.pages_written);
  append_member(json, "rows_written", store.rows_written);
  append_member(json, "ranges_dropped", store.ranges_dropped);
  append_member(json, "pages_read", store.pages_read);
  append_member(json, "pages_unreadable", store.pages_unreadable);
  append_histogram(json, "log_append", store.log_append);
  append_histogram(json, "log_fsync", store.log_fsync);
  append_member(json, "disk_bytes", disk_bytes);
  json += '}';
}

}  // namespace

void add_counters(NetCounters& sum, const NetCounters& one) {
  sum.half_open_refused += one.half_open_refused;  // these two are printed among the refusals
  sum.connect_timeouts += one.connect_timeouts;
  std::size_t next = 0;
  std::array<std::uint64_t, 32> values{};
  for_each_counter(one, [&](const char*, std::uint64_t value) { values[next++] = value; });
  next = 0;
  for_each_counter(sum, [&](const char*, Tally& value) { value += values[next++]; });
}

void add_refusals(broker::Counters& core, const NetCounters& net) {
  using broker::RefusalReason;
  core.refused[static_cast<std::size_t>(RefusalReason::HalfOpenPerAddress)] +=
      net.half_open_refused;
  core.refused[static_cast<std::size_t>(RefusalReason::ConnectTimeout)] += net.connect_timeouts;
}

std::string to_json(const broker::Counters& core, const NetCounters& net,
                    const StoreCounters& store, std::uint64_t disk_bytes) {
  std::string json = "{";
  const auto append = [&](const char* name, std::uint64_t value) {
    append_member(json, name, value);
  };
  for_each_counter(net, append);
  broker::for_each_counter(core, append);
  append_by_qos(json, "messages_received", core.messages_received);
  append_by_qos(json, "messages_sent", core.messages_sent);
  append_by_reason<broker::DropReason>(json, "dropped", core.dropped);
  append_by_reason<broker::RefusalReason>(json, "refused", core.refused);
  append_by_reason<broker::RateLimit>(json, "rate_limited", core.rate_limited);
  append_by_number(json, "packets_received", core.packets_received);
  append_by_number(json, "packets_sent", core.packets_sent);
  append_by_number(json, "connects", core.connects);
  append_by_number(json, "disconnects_by_client", core.disconnects_by_client);
  append_by_number(json, "disconnects_by_server", core.disconnects_by_server);
  append_histogram(json, "publish_ack", core.publish_ack);
  append_histogram(json, "delivery", core.delivery);
  append_store(json, store, disk_bytes);
  return json + "}";
}

}  // namespace sluice::net
