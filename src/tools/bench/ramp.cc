#include "tools/bench/ramp.h"

#include <array>
#include <cstdio>

namespace sluice::tools::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kProgressTimeoutNs = 10'000'000'000;

}  // namespace

bool connect_all(Run& run, const std::vector<BenchClient*>& clients) {
  const std::uint64_t errors_before = run.errors;
  run.ready = 0;
  std::size_t started = 0;
  std::uint32_t last_ready = 0;
  std::uint64_t last_progress = now_ns();
  while (run.ready < clients.size()) {
    while (started < clients.size() && started - run.ready < run.options.parallel) {
      if (!clients[started++]->start()) return false;
    }
    run.loop.turn(100ms);
    if (run.errors != errors_before) return false;
    const std::uint64_t now = now_ns();
    if (run.ready != last_ready) last_progress = now;
    last_ready = run.ready;
    if (now - last_progress > kProgressTimeoutNs) {
      run.add_error("the broker let " + std::to_string(clients.size() - run.ready) + " of " +
                    std::to_string(clients.size()) + " clients wait");
      return false;
    }
  }
  return true;
}

std::string make_client_id(const Run& run, const char* role, std::size_t number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "bench-%08x-%s-%zu", run.id, role, number);
  return text.data();
}

void idle(Run& run, double seconds) {
  const auto end = now_ns() + static_cast<std::uint64_t>(seconds * 1e9);
  for (auto now = now_ns(); now < end; now = now_ns()) {
    run.loop.turn(std::chrono::nanoseconds(end - now));
  }
}

}  // namespace sluice::tools::bench
