#pragma once

namespace sluice::tools {

/// Publish, subscribe and load-test from the command line. argv[0] is the command's own name.
/// Each returns the exit code of the program.
int run_pub(int argc, char** argv);
int run_sub(int argc, char** argv);
int run_bench(int argc, char** argv);

}  // namespace sluice::tools
