#pragma once

namespace sluice::ctl {

/// `sluice ctl`: administers a running broker over its REST API. Blocks until it is done.
///
/// argv     as of a program: argv[0] is its name, "ctl"
/// returns  the exit code, see failure.h and docs/reference/ctl.md
int run_ctl(int argc, char** argv);

}  // namespace sluice::ctl
