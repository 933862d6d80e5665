#pragma once

#include <cstdint>

namespace sluice {

/// Gives the system back what the calling thread has freed. The allocator would do so as time goes
/// by, but only while the thread goes on to allocate; one that has nothing to do keeps all that a
/// storm of handshakes needed. Does nothing with an allocator other than jemalloc.
void give_back_idle_memory();

/// What the allocator holds of the system's memory. All 0 with an allocator other than jemalloc.
struct HeapUse {
  std::uint64_t used = 0;      // bytes that the program has asked for
  std::uint64_t resident = 0;  // bytes, at most, with what it freed and the allocator keeps
};
HeapUse heap_use();

}  // namespace sluice
