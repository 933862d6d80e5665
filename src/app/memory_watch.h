#pragma once

#include <cstdint>

namespace sluice::app {

/// Whether the process holds more memory than it may, before the kernel finds so.
///
/// Full above the limit, and until it fell to 95 % of it.
class MemoryWatch {
 public:
  /// limit  bytes; 0: 85 % of what the process may use, by its cgroup or else the machine
  explicit MemoryWatch(std::uint64_t limit);
  /// As in the constructor; from the next `update` on.
  void set_limit(std::uint64_t limit);

  /// Returns whether `is_full` has changed. To be called about once a second.
  bool update(std::uint64_t resident);
  bool is_full() const { return is_full_; }
  std::uint64_t limit() const { return limit_; }

 private:
  std::uint64_t limit_ = 0;
  bool is_full_ = false;
};

/// Bytes of the process that are in memory.
std::uint64_t resident_bytes();

}  // namespace sluice::app
