#include "tools/bench/report.h"

#include <unistd.h>

#include <cstdio>

namespace sluice::tools::bench {

JsonObject begin_report(const Options& options) {
  JsonObject json;
  json.add("scenario", to_string(options.scenario));
  json.add("url", std::string_view(options.url));
  json.add("version", static_cast<int>(options.version));
  json.add("qos", static_cast<int>(options.qos));
  json.add("payload", options.payload);
  json.add("window", options.rate > 0 ? 0U : options.window);
  json.add("rate_wanted", options.rate);
  json.add("batch", options.batch);
  json.add("duration", options.duration);
  json.add("warmup", options.warmup);
  json.add("publishers", options.publishers);
  json.add("subscribers", options.subscribers);
  json.add("clients", options.clients);
  json.add("subscriptions", options.subscriptions);
  if (options.scenario == Scenario::Retained) json.add("retained", options.retained);
  return json;
}

void add_delivery(JsonObject& json, const Delivery& delivery) {
  json.add("lost", delivery.lost);
  json.add("duplicated", delivery.duplicated);
  json.add("reordered", delivery.reordered);
}

void add_latency(JsonObject& json, const Histogram& nanoseconds) {
  const auto microseconds = [](std::uint64_t value) { return static_cast<double>(value) / 1000; };
  JsonObject latency;
  latency.add("p50", microseconds(nanoseconds.quantile(0.5)));
  latency.add("p99", microseconds(nanoseconds.quantile(0.99)));
  latency.add("p999", microseconds(nanoseconds.quantile(0.999)));
  latency.add("max", microseconds(nanoseconds.maximum()));
  json.add_raw("latency_us", latency.text());
}

void add_cpu(JsonObject& json, const Options& options, const char* prefix, const char* what,
             const BrokerSample& before, const BrokerSample& after, std::uint64_t count) {
  if (options.broker_pid == 0) return;
  const double seconds = after.cpu_seconds - before.cpu_seconds;
  json.add(std::string(prefix) + "broker_cpu_seconds", seconds);
  json.add(std::string(what) + "_per_broker_cpu_second", static_cast<double>(count) / seconds);
}

void add_memory(JsonObject& json, const Options& options, const char* name,
                const BrokerSample& before, const BrokerSample& after, std::uint64_t count) {
  if (options.broker_pid == 0) return;
  json.add("broker_rss_bytes_before", before.resident_bytes);
  json.add("broker_rss_bytes_after", after.resident_bytes);
  const auto grown =
      static_cast<double>(after.private_bytes) - static_cast<double>(before.private_bytes);
  if (name != nullptr) json.add(name, grown / static_cast<double>(count));
}

int finish_report(JsonObject& json, const Run& run, const Delivery& delivery,
                  const std::string& summary) {
  show_progress("");
  json.add("errors", run.errors);
  if (run.errors != 0) {
    json.add("first_error", std::string_view(run.first_error));
    std::fprintf(stderr, "Error: %s (%llu errors)\n", run.first_error.c_str(),
                 static_cast<unsigned long long>(run.errors));
  }
  if (!run.options.json_only && !summary.empty()) std::printf("%s\n", summary.c_str());
  std::printf("%s\n", json.text().c_str());
  return run.errors == 0 && delivery.lost == 0 ? 0 : 1;
}

void show_progress(const std::string& text) {
  static const bool is_terminal = isatty(STDERR_FILENO) != 0;
  if (is_terminal) std::fprintf(stderr, "\r\033[K%s", text.c_str());
}

}  // namespace sluice::tools::bench
