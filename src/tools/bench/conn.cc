#include <array>
#include <cstdio>

#include "tools/bench/ramp.h"
#include "tools/bench/report.h"
#include "tools/bench/scenarios.h"

namespace sluice::tools::bench {
namespace {

constexpr std::size_t kFiltersPerPacket = 100;

/// A client that subscribes to filters of its own, then does nothing.
class HoldingClient final : public BenchClient {
 public:
  HoldingClient(Run& run, std::size_t number, bool subscribes_at_once)
      : BenchClient(run, make_client_id(run, "hold", number)),
        number_(number),
        subscribes_at_once_(subscribes_at_once) {}

  /// Goes on with the next SUBSCRIBE packets until all filters are acknowledged.
  void subscribe_next() {
    std::vector<std::string> filters;
    const std::size_t all = run().options.subscriptions;
    for (; subscribed_ < all && filters.size() < kFiltersPerPacket; ++subscribed_) {
      filters.push_back(filter(subscribed_));
    }
    if (filters.empty()) {
      done_ = true;
    } else {
      subscribe(filters);
    }
  }
  bool is_done() const { return done_; }

 private:
  /// All filters are distinct; every fifth has a wildcard, '+' and '#' in turn.
  std::string filter(std::size_t index) const {
    const std::string client = "bench/site/" + std::to_string(number_);
    const std::string device = "/device/" + std::to_string(index);
    if (index % 10 == 4) return client + device + "/+";
    if (index % 10 == 9) return client + device + "/#";
    return client + device + "/state";
  }

  void on_connected() override {
    if (!subscribes_at_once_ || run().options.subscriptions == 0) return set_ready();
    subscribe_next();
  }

  void on_subscribed() override {
    subscribe_next();
    if (subscribes_at_once_ && done_) set_ready();
  }

  std::size_t number_;
  std::size_t subscribed_ = 0;
  bool subscribes_at_once_;
  bool done_ = false;
};

using HoldingClients = std::vector<std::unique_ptr<HoldingClient>>;

HoldingClients make_clients(Run& run, bool subscribe_at_once) {
  HoldingClients clients;
  for (std::size_t i = 0; i < run.options.clients; ++i) {
    clients.push_back(std::make_unique<HoldingClient>(run, i, subscribe_at_once));
  }
  return clients;
}

double seconds_since(std::uint64_t start) {
  return static_cast<double>(now_ns() - start) / 1e9;
}

}  // namespace

int run_conn(Run& run) {
  const Options& options = run.options;
  HoldingClients clients = make_clients(run, true);
  JsonObject json = begin_report(options);

  const BrokerSample before = sample_broker(options.broker_pid);
  const std::uint64_t start = now_ns();
  const bool connected = connect_all(run, pointers(clients));
  const double seconds = seconds_since(start);
  const BrokerSample after = sample_broker(options.broker_pid);
  if (!connected) return finish_report(json, run, {}, "");
  idle(run, options.duration);
  const BrokerSample held = sample_broker(options.broker_pid);

  const double rate = options.clients / seconds;
  json.add("connects", options.clients);
  json.add("seconds", seconds);
  json.add("rate", rate);
  add_cpu(json, options, "", "connects", before, after, options.clients);
  add_memory(json, options, "bytes_per_client", before, held, options.clients);
  if (options.broker_pid != 0) {
    json.add("hold_broker_cpu_seconds", held.cpu_seconds - after.cpu_seconds);
  }
  std::array<char, 96> summary{};
  std::snprintf(summary.data(), summary.size(), "conn: %u clients, %.0f connects/s",
                options.clients, rate);
  return finish_report(json, run, {}, summary.data());
}

int run_subs(Run& run) {
  const Options& options = run.options;
  HoldingClients clients = make_clients(run, false);
  JsonObject json = begin_report(options);
  if (!connect_all(run, pointers(clients))) return finish_report(json, run, {}, "");
  idle(run, 0.5);

  const std::uint64_t total = std::uint64_t{options.clients} * options.subscriptions;
  const BrokerSample before = sample_broker(options.broker_pid);
  const std::uint64_t start = now_ns();
  std::size_t running = 0;  // clients [0, running) have begun
  std::size_t done = 0;
  while (done < clients.size() && run.errors == 0) {
    // A bounded number of clients at a time keeps the broker's input queues short.
    while (running < clients.size() && running - done < options.parallel) {
      clients[running++]->subscribe_next();
    }
    run.loop.turn(std::chrono::milliseconds(100));
    while (done < running && clients[done]->is_done()) ++done;
  }
  const double seconds = seconds_since(start);
  const BrokerSample after = sample_broker(options.broker_pid);
  idle(run, 0.5);
  const BrokerSample held = sample_broker(options.broker_pid);

  const double rate = static_cast<double>(total) / seconds;
  json.add("total_subscriptions", total);
  json.add("seconds", seconds);
  json.add("rate", rate);
  add_cpu(json, options, "", "subscriptions", before, after, total);
  add_memory(json, options, "bytes_per_subscription", before, held, total);
  std::array<char, 96> summary{};
  std::snprintf(summary.data(), summary.size(), "subs: %llu subscriptions, %.0f per second",
                static_cast<unsigned long long>(total), rate);
  return finish_report(json, run, {}, summary.data());
}

}  // namespace sluice::tools::bench
