#pragma once

#include <cstdint>
#include <string>

namespace sluice::admin {

/// How much of the machine's processors was used between the last two readings.
///
/// Lives on   the admin thread.
class ProcessorLoad {
 public:
  /// Reads the kernel's counts; where there are none the share stays.
  void read();
  /// The first line of /proc/stat: "cpu  user nice system idle iowait irq softirq steal ...", in
  /// ticks since the start of the machine. What is no such line changes nothing.
  void read(const std::string& line);

  /// 0..100 of all processors together. After one reading: since the machine has started.
  std::uint32_t percent() const { return percent_; }

 private:
  std::uint64_t busy_ = 0;  // ticks
  std::uint64_t total_ = 0;
  std::uint32_t percent_ = 0;
};

}  // namespace sluice::admin
