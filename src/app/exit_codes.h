#pragma once

namespace sluice::app {

// What the program tells the shell and the service manager when it ends. Those above 2 are the
// codes of sysexits.h, so that a service manager can tell "restart me" from "fix me first".
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;       // failed while running
inline constexpr int kExitUsage = 2;         // wrong command line
inline constexpr int kExitUnavailable = 69;  // something we depend on cannot be reached
inline constexpr int kExitDataFolder = 73;   // the data folder cannot be created or written
inline constexpr int kExitForbidden = 77;    // no permission, or an address is taken
inline constexpr int kExitConfig = 78;       // wrong configuration; a restart does not help

}  // namespace sluice::app
