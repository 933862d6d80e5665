#pragma once

namespace sluice::net {

/// Gives the system back what the calling thread has freed. The allocator would do so as time goes
/// by, but only while the thread goes on to allocate; one that has nothing to do keeps all that a
/// storm of handshakes needed. Does nothing with an allocator other than jemalloc.
void give_back_idle_memory();

}  // namespace sluice::net
