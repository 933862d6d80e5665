#pragma once

namespace sluice::ctl {

/// `sluice ctl`: administers a running broker over its REST API. Blocks until it is done.
///
/// argv     as of a program: argv[0] is its name, "ctl"
/// returns  the exit code: 0; 1, the broker refused or has no such thing; 2, wrong arguments;
///          69, the broker cannot be reached
int run_ctl(int argc, char** argv);

}  // namespace sluice::ctl
