#pragma once

#include <cstdio>
#include <cstdlib>

namespace sluice::detail {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  std::abort();
}

}  // namespace sluice::detail

/// An invariant of ours. On in every build: going on with a broken state would lose messages silently.
#define SLUICE_ASSERT(condition) \
  ((condition) ? void() : ::sluice::detail::assertion_failed(#condition, __FILE__, __LINE__))
#define SLUICE_UNREACHABLE() ::sluice::detail::assertion_failed("unreachable", __FILE__, __LINE__)
