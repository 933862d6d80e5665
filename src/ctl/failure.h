#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace sluice::ctl {

inline constexpr int kExitRefused = 1;       // the broker said no, or could not
inline constexpr int kExitUsage = 2;         // the command line, or a file that it names
inline constexpr int kExitNotReady = 3;      // the broker runs, but is not ready
inline constexpr int kExitNotFound = 4;      // there is no such thing
inline constexpr int kExitDenied = 5;        // no valid key, or a role that may not
inline constexpr int kExitUnavailable = 69;  // the broker cannot be reached

/// Why a command ends without having done its work.
struct Failure {
  int exit_code = kExitRefused;
  std::string what;
  int http_status = 0;  // of the broker's answer, 0 without one
};

template <class T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> refused(std::string what, int http_status = 0) {
  return tl::unexpected(Failure{kExitRefused, std::move(what), http_status});
}

inline tl::unexpected<Failure> not_found(std::string what) {
  return tl::unexpected(Failure{kExitNotFound, std::move(what)});
}

inline tl::unexpected<Failure> misused(std::string what) {
  return tl::unexpected(Failure{kExitUsage, std::move(what)});
}

inline tl::unexpected<Failure> unreachable(std::string what) {
  return tl::unexpected(Failure{kExitUnavailable, std::move(what)});
}

}  // namespace sluice::ctl
