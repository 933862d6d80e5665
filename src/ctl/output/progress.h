#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace sluice::ctl {

/// "[########------------] 1204 of 3000": how far work has come, on one line of a terminal.
std::string progress_bar(std::uint64_t done, std::uint64_t total);

/// Shows that for work that takes longer than a second, and on a terminal only.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// out  of a terminal, or is_shown is false
  Progress(std::ostream& out, bool is_shown) : out_(out), is_shown_(is_shown) {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t done, std::uint64_t total, Clock::time_point now = Clock::now());

 private:
  std::ostream& out_;
  bool is_shown_;
  bool has_begun_ = false;
  Clock::time_point start_ = Clock::now();
};

}  // namespace sluice::ctl
