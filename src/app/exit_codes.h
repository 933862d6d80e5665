#pragma once

namespace sluice::app {

/// What the program tells the shell and the service manager when it ends. Those above 2 are the
/// codes of sysexits.h, so that a service manager can tell "restart me" from "fix me first".
enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,       // failed while running
  kExitUsage = 2,         // wrong command line
  kExitUnavailable = 69,  // something we depend on cannot be reached
  kExitDataFolder = 73,   // the data folder cannot be created or written
  kExitForbidden = 77,    // no permission, or an address is taken
  kExitConfig = 78,       // wrong configuration; a restart does not help
};

}  // namespace sluice::app
