#include "base/allocator.h"

#include <cstddef>
#include <string>

// Of jemalloc, with which only the program is linked.
extern "C" int mallctl(const char* name, void* old_value, std::size_t* old_size, void* new_value,
                       std::size_t new_size) __attribute__((weak));

namespace sluice {

namespace {

std::uint64_t read_statistic(const char* name) {
  std::size_t value = 0;
  std::size_t size = sizeof value;
  return mallctl(name, &value, &size, nullptr, 0) == 0 ? value : 0;
}

}  // namespace

void give_back_idle_memory() {
  if (mallctl == nullptr) return;
  mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
  unsigned arena = 0;
  std::size_t size = sizeof arena;
  if (mallctl("thread.arena", &arena, &size, nullptr, 0) != 0) return;
  mallctl(("arena." + std::to_string(arena) + ".purge").c_str(), nullptr, nullptr, nullptr, 0);
}

HeapUse heap_use() {
  if (mallctl == nullptr) return {};
  std::uint64_t epoch = 1;  // statistics are of the last change of it
  mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
  return {read_statistic("stats.allocated"), read_statistic("stats.resident")};
}

}  // namespace sluice
