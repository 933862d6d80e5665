#pragma once

#include "tools/bench/bench_client.h"

namespace sluice::tools::bench {

// Each runs one scenario, prints its report and returns the exit status. docs/reference/tools.md
// says what each does and which figures it gives.

int run_traffic(Run& run);  // fanin, fanout, p2p, shared
int run_conn(Run& run);
int run_churn(Run& run);
int run_durable(Run& run);
int run_retained(Run& run);
int run_subs(Run& run);

}  // namespace sluice::tools::bench
