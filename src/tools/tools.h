#pragma once

namespace sluice::tools {

// The command-line tools. argv[0] is the tool's own name ("pub"), argv[1, argc) are its arguments.
// Each returns the exit status of the process; what they print and return is described in
// docs/reference/tools.md.

int run_pub(int argc, char** argv);
int run_sub(int argc, char** argv);
int run_bench(int argc, char** argv);

}  // namespace sluice::tools
