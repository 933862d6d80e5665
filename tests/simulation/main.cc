#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "simulation/options.h"
#include "simulation/play.h"

namespace sluice::simulation {
namespace {

thread_local std::uint64_t playing = 0;

/// An invariant of the core broke: names the seed, which nobody else can.
void on_abort(int) {
  char line[64];
  const int size = std::snprintf(line, sizeof line, "aborted, violation in seed %llu\n",
                                 static_cast<unsigned long long>(playing));
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, line, static_cast<size_t>(size));
  ::_exit(1);
}

/// Plays seeds on several threads: they have nothing in common.
class Runner {
 public:
  explicit Runner(const Options& options) : options_(options), next_(options.first_seed) {}

  void run() {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::thread> threads;
    const unsigned wanted = options_.threads != 0 ? options_.threads : cores;
    const auto count = static_cast<unsigned>(std::min<std::uint64_t>(wanted, options_.seeds));
    for (unsigned i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
  }

  /// The lowest seed of those with a violation: all below it were played.
  const std::optional<Outcome>& found() const { return found_; }
  bool is_complete() const { return seeds_ == options_.seeds; }
  void print_sum() const;

 private:
  using Clock = std::chrono::steady_clock;

  double elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  void work() {
    const std::uint64_t end = options_.first_seed + options_.seeds;
    while (!has_found_) {
      if (options_.seconds_max > 0 && elapsed() > options_.seconds_max) return;
      const std::uint64_t seed = next_++;
      if (seed >= end) return;
      playing = seed;
      take(Play(seed, options_.plant, options_.is_verbose).run());
    }
  }

  void take(const Outcome& outcome) {
    const std::lock_guard guard(mutex_);
    ++seeds_;
    seconds_ += outcome.seconds;
    operations_ += outcome.operations;
    deliveries_ += outcome.deliveries;
    crashes_ += outcome.crashes;
    violations_ += outcome.violations;
    if (outcome.violations == 0) return;
    has_found_ = !options_.keep_going;
    ++bad_seeds_;
    if (options_.keep_going) {
      std::printf("seed %llu, %s\n", static_cast<unsigned long long>(outcome.seed),
                  outcome.lines.front().c_str());
    }
    if (!found_ || outcome.seed < found_->seed) found_ = outcome;
  }

  const Options options_;
  const Clock::time_point begin_ = Clock::now();
  std::atomic<std::uint64_t> next_;
  std::atomic<bool> has_found_ = false;
  std::mutex mutex_;
  std::optional<Outcome> found_;
  std::uint64_t seeds_ = 0;
  double seconds_ = 0;
  std::uint64_t operations_ = 0;
  std::uint64_t deliveries_ = 0;
  std::uint64_t crashes_ = 0;
  std::uint64_t violations_ = 0;
  std::uint64_t bad_seeds_ = 0;
};

void Runner::print_sum() const {
  const char* format =
      options_.json
          ? "{\"seeds\": %llu, \"wall_seconds\": %.1f, \"simulated_seconds\": %.0f, "
            "\"operations\": %llu, \"deliveries\": %llu, \"crashes\": %llu, \"violations\": %llu"
          : "%llu seeds in %.1f s, %.0f simulated seconds, %llu operations, %llu deliveries, "
            "%llu crashes, %llu violations";
  if (options_.keep_going) {
    std::printf("%llu seeds with violations\n", static_cast<unsigned long long>(bad_seeds_));
  }
  const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(format, number(seeds_), elapsed(), seconds_, number(operations_), number(deliveries_),
              number(crashes_), number(violations_));
  if (found_) std::printf(options_.json ? ", \"seed\": %llu" : ", seed %llu", number(found_->seed));
  std::puts(options_.json ? "}" : "");
}

int run(int argc, char** argv) {
  enum Status { Clean = 0, Found = 1, OutOfTime = 2, Usage = 3 };
  const auto options = parse_options(argc, argv);
  if (!options && options.error().what.empty()) return Clean;
  if (!options) {
    std::fprintf(stderr, "Error: %s. See --help.\n", options.error().what.c_str());
    return Usage;
  }
  std::signal(SIGABRT, on_abort);
  Runner runner(*options);
  runner.run();
  if (runner.found()) {
    for (const std::string& line : runner.found()->lines) std::printf("%s\n", line.c_str());
  }
  runner.print_sum();
  if (runner.found()) return Found;
  return runner.is_complete() ? Clean : OutOfTime;
}

}  // namespace
}  // namespace sluice::simulation

int main(int argc, char** argv) {
  return sluice::simulation::run(argc, argv);
}
