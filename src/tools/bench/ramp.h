#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "tools/bench/bench_client.h"

namespace sluice::tools::bench {

/// Starts `clients`, `Options::parallel` at a time, and returns when all are ready. False, with the
/// reason in `run`, after an error or 10 s without progress.
bool connect_all(Run& run, const std::vector<BenchClient*>& clients);

template <class Client>
std::vector<BenchClient*> pointers(const std::vector<std::unique_ptr<Client>>& clients) {
  std::vector<BenchClient*> out;
  for (const auto& client : clients) out.push_back(client.get());
  return out;
}

/// A client identifier that is unique among running generators.
std::string make_client_id(const Run& run, const char* role, std::size_t number);

/// How long a broker may show no progress before a scenario gives up.
inline constexpr std::uint64_t kSilenceNs = 5'000'000'000;

/// Turns the loop until `is_done`; false after an error or 5 s without `progress` changing.
template <class Done, class Progress>
bool turn_until(Run& run, Done is_done, Progress progress) {
  auto last = progress();
  std::uint64_t last_at = now_ns();
  while (!is_done() && run.errors == 0) {
    run.loop.turn(std::chrono::milliseconds(100));
    if (progress() != last) {
      last = progress();
      last_at = now_ns();
    }
    if (now_ns() - last_at > kSilenceNs) return false;
  }
  return run.errors == 0;
}

/// Runs the loop for `seconds`, with nothing else to do.
void idle(Run& run, double seconds);

}  // namespace sluice::tools::bench
