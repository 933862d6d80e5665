#include "app/memory_watch.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace sluice::app {

namespace {

std::uint64_t page_size() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// What this process may use: cgroup v2 says it to a container as its root.
std::uint64_t memory_of_process() {
  const auto pages = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
  std::uint64_t memory = pages * page_size();
  std::ifstream file("/sys/fs/cgroup/memory.max");
  if (std::uint64_t limit = 0; file >> limit) memory = std::min(memory, limit);
  return memory;
}

}  // namespace

MemoryWatch::MemoryWatch(std::uint64_t limit) {
  set_limit(limit);
}

void MemoryWatch::set_limit(std::uint64_t limit) {
  limit_ = limit != 0 ? limit : memory_of_process() / 100 * 85;
}

bool MemoryWatch::update(std::uint64_t resident) {
  const bool was_full = is_full_;
  if (resident > limit_) is_full_ = true;
  if (resident <= limit_ / 100 * 95) is_full_ = false;
  return is_full_ != was_full;
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * page_size();
}

}  // namespace sluice::app
