#include "admin/monitoring/processor_load.h"

#include <fstream>
#include <sstream>

namespace sluice::admin {
namespace {

constexpr int kKinds = 8;  // what follows, the time of guests, is part of these
constexpr int kIdle = 3;
constexpr int kWaiting = 4;  // for disks

}  // namespace

void ProcessorLoad::read() {
  std::ifstream file("/proc/stat");
  std::string line;
  if (std::getline(file, line)) read(line);
}

void ProcessorLoad::read(const std::string& line) {
  std::istringstream words(line);
  std::string name;
  if (!(words >> name) || name != "cpu") return;
  std::uint64_t busy = 0;
  std::uint64_t total = 0;
  for (int kind = 0; kind < kKinds; ++kind) {
    std::uint64_t ticks = 0;
    if (!(words >> ticks)) return;
    total += ticks;
    if (kind != kIdle && kind != kWaiting) busy += ticks;
  }
  // The kernel's count of waiting may go back, and two readings may see the same tick.
  if (total > total_ && busy >= busy_ && busy - busy_ <= total - total_) {
    percent_ = static_cast<std::uint32_t>((busy - busy_) * 100 / (total - total_));
  }
  busy_ = busy;
  total_ = total;
}

}  // namespace sluice::admin
