#include <sys/random.h>

#include <cstdio>

#include "tools/bench/scenarios.h"
#include "tools/tools.h"

namespace sluice::tools {
namespace {

int run_scenario(bench::Run& run) {
  switch (run.options.scenario) {
    case bench::Scenario::Fanin:
    case bench::Scenario::Fanout:
    case bench::Scenario::P2p:
    case bench::Scenario::Shared:
      return bench::run_traffic(run);
    case bench::Scenario::Conn:
      return bench::run_conn(run);
    case bench::Scenario::Churn:
      return bench::run_churn(run);
    case bench::Scenario::Durable:
      return bench::run_durable(run);
    case bench::Scenario::Retained:
      return bench::run_retained(run);
    case bench::Scenario::Subs:
      return bench::run_subs(run);
  }
  return 1;
}

}  // namespace

int run_bench(int argc, char** argv) {
  const auto options = bench::parse_options(argc, argv);
  if (!options) {
    if (options.error().what.empty()) return 0;
    std::fprintf(stderr, "Error: %s. See --help.\n", options.error().what.c_str());
    return 1;
  }
  const auto address = client::resolve(options->endpoint);
  if (!address) {
    std::fprintf(stderr, "Error: %s\n", address.error().what.c_str());
    return 1;
  }
  client::raise_descriptor_limit();
  bench::Run run(*options);
  run.address = *address;
  run.id = options->run;
  if (run.id == 0 && getrandom(&run.id, sizeof run.id, 0) != sizeof run.id) return 1;
  return run_scenario(run);
}

}  // namespace sluice::tools
