#pragma once

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

/// Runs the loop for `seconds`, with nothing else to do.
void idle(Run& run, double seconds);

}  // namespace sluice::tools::bench
