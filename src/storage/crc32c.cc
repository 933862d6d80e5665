#include "storage/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace sluice::storage {

std::uint32_t extend_crc32c(std::uint32_t crc, const char* bytes, std::size_t count) noexcept {
  constexpr std::size_t kAtOnceMax = std::size_t{1} << 30;
  while (count > 0) {
    const std::size_t now = std::min(count, kAtOnceMax);
    // ISA-L takes and gives the register, without the complements of the standard, and does not
    // write to what it reads.
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes));
    crc = ~crc32_iscsi(data, static_cast<int>(now), ~crc);
    bytes += now;
    count -= now;
  }
  return crc;
}

}  // namespace sluice::storage
