#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::storage {

/// CRC-32C of the bytes behind those of which `crc` is; 0 at the beginning. RFC 3720, appendix B.4.
///
/// Distributions build RocksDB for the oldest processors, where its own takes a quarter of the time
/// of a durable broker. So calls from its archive are led here (cmake/dependencies.cmake): to a
/// library that asks the processor at run time. The name of the symbol is what the linker looks
/// for.
std::uint32_t extend_crc32c(std::uint32_t crc, const char* bytes, std::size_t count) noexcept
    asm("__wrap__ZN7rocksdb6crc32c6ExtendEjPKcm");

}  // namespace sluice::storage
