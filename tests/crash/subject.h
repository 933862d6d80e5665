#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "crash/options.h"

namespace sluice::crash {

/// The broker that is killed: a child process, started again and again on the same port and data.
class Subject {
 public:
  /// Makes `folder`/data and what else the broker needs, and looks for a free port. The folder
  /// stays.
  static Result<Subject> make(const Options& options, const std::string& folder);
  /// Kills it if it runs.
  ~Subject() { kill(); }
  Subject(Subject&& other) noexcept;
  Subject& operator=(Subject&&) = delete;

  std::uint16_t port() const { return port_; }
  /// Starts it; returns at once. What it prints is added to `folder`/broker.log.
  Result<void> start();
  /// SIGKILL; returns when the process is gone.
  void kill();
  /// Whether it ended without being asked to.
  bool has_ended();

 private:
  Subject() = default;

  std::vector<std::string> command_;
  std::string log_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace sluice::crash
