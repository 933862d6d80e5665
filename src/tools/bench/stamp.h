#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace sluice::tools::bench {

/// What every payload begins with: who sent it, which one it is, and when it was (to be) sent.
struct Stamp {
  std::uint32_t publisher = 0;
  std::uint32_t run = 0;  // tells messages of this run from leftovers of another
  std::uint64_t sequence = 0;
  std::uint64_t time_ns = 0;  // monotonic clock
};

inline constexpr std::size_t kStampBytes = sizeof(Stamp);
static_assert(kStampBytes == 24);

inline void write_stamp(char* to, const Stamp& stamp) {
  std::memcpy(to, &stamp, kStampBytes);
}

/// `payload` holds at least kStampBytes.
inline Stamp read_stamp(std::string_view payload) {
  Stamp stamp;
  std::memcpy(&stamp, payload.data(), kStampBytes);
  return stamp;
}

}  // namespace sluice::tools::bench
