#pragma once

#include <chrono>
#include <csignal>

namespace sluice::ctl {

/// As long as one lives, Ctrl-C does not end the program but is noticed between two steps of it.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Waits that long, or until Ctrl-C. true: it was Ctrl-C
  bool wait(std::chrono::milliseconds time);

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace sluice::ctl
