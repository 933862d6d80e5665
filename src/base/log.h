#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sluice::log {

enum class Level : std::uint8_t { Debug, Info, Warning, Error, Off };

/// One event a line, `key=value` after the words; written to stderr by a thread of its own, so that
/// no caller waits for a slow terminal. When it lags by 8192 lines the oldest are dropped. Control
/// characters are escaped. Callable from any thread.
void debug(std::string_view line);
void info(std::string_view line);
void warning(std::string_view line);
void error(std::string_view line);

/// Lines below `level` are not written. Starts at Info.
void set_level(Level level);
bool is_enabled(Level level);

/// Writes what was logged so far and ends the thread. Later lines are lost.
void shut_down();

/// For lines that a peer can cause: lets `lines_per_second` pass and counts the others.
///
/// Usable from several threads; meant for rare events, not for the packet path.
class RateLimiter {
 public:
  explicit RateLimiter(unsigned lines_per_second) : limit_(lines_per_second) {}

  struct Verdict {
    bool pass;
    std::uint64_t folded;  // lines swallowed since the last that passed
  };
  Verdict ask(Instant now);

  /// Logs `line` as a warning if the limit allows, with the number of those folded into it.
  void warn(std::string_view line, Instant now);

 private:
  const unsigned limit_;
  std::mutex mutex_;
  Instant window_{};
  unsigned passed_ = 0;
  std::uint64_t folded_ = 0;
};

}  // namespace sluice::log
