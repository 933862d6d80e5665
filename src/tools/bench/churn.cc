#include <array>
#include <cstdio>

#include "tools/bench/histogram.h"
#include "tools/bench/ramp.h"
#include "tools/bench/report.h"
#include "tools/bench/scenarios.h"

namespace sluice::tools::bench {
namespace {

/// One slot of parallel work: connect, subscribe, disconnect, again.
class ChurningClient final : public BenchClient {
 public:
  ChurningClient(Run& run, std::size_t number, std::vector<ChurningClient*>& ended)
      : BenchClient(run, make_client_id(run, "churn", number)),
        filter_("bench/churn/" + std::to_string(number)),
        ended_(ended) {}

  bool begin() {
    began_ = now_ns();
    leaving_ = false;
    return start();
  }
  std::uint64_t began() const { return began_; }

 private:
  void on_connected() override { subscribe({&filter_, 1}); }

  void on_subscribed() override {
    leaving_ = true;
    disconnect();
  }

  /// The broker closes first, so that the waiting state of TCP stays on its side and our local
  /// ports are free again at once.
  void on_lost(const std::string& why) override {
    if (!leaving_) BenchClient::on_lost(why);
    ended_.push_back(this);
  }

  std::string filter_;
  std::vector<ChurningClient*>& ended_;
  std::uint64_t began_ = 0;
  bool leaving_ = false;
};

/// Cycles until `end_ns`; counts them and their durations.
std::uint64_t cycle(Run& run, std::vector<ChurningClient*>& ended, std::uint64_t end_ns,
                    Histogram& latency) {
  std::uint64_t cycles = 0;
  std::uint64_t last_progress = now_ns();
  for (std::uint64_t now = now_ns(); now < end_ns && run.errors == 0;) {
    run.loop.turn(std::chrono::milliseconds(100));
    now = now_ns();
    for (auto* client : ended) {
      latency.add(now - client->began());
      ++cycles;
      client->begin();
    }
    if (!ended.empty()) last_progress = now;
    ended.clear();
    if (now - last_progress > 5'000'000'000) run.add_error("no cycle ended within 5 s");
  }
  return cycles;
}

}  // namespace

int run_churn(Run& run) {
  const Options& options = run.options;
  std::vector<ChurningClient*> ended;
  std::vector<std::unique_ptr<ChurningClient>> clients;
  for (std::size_t i = 0; i < options.parallel; ++i) {
    clients.push_back(std::make_unique<ChurningClient>(run, i, ended));
    clients.back()->begin();
  }
  Histogram latency;
  const auto deadline = [](double seconds) {
    return now_ns() + static_cast<std::uint64_t>(seconds * 1e9);
  };
  cycle(run, ended, deadline(options.warmup), latency);
  latency.clear();
  const BrokerSample before = sample_broker(options.broker_pid);
  const std::uint64_t start = now_ns();
  const std::uint64_t cycles = cycle(run, ended, deadline(options.duration), latency);
  const double seconds = static_cast<double>(now_ns() - start) / 1e9;
  const BrokerSample after = sample_broker(options.broker_pid);

  const double rate = static_cast<double>(cycles) / seconds;
  JsonObject json = begin_report(options);
  json.add("cycles", cycles);
  json.add("parallel", options.parallel);
  json.add("seconds", seconds);
  json.add("rate", rate);
  add_latency(json, latency);
  add_cpu(json, options, "", "cycles", before, after, cycles);
  add_memory(json, options, nullptr, before, after, 0);
  std::array<char, 96> summary{};
  std::snprintf(summary.data(), summary.size(), "churn: %.0f cycles/s", rate);
  return finish_report(json, run, {}, summary.data());
}

}  // namespace sluice::tools::bench
