#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::providers {

// What the providers need of OpenSSL besides signatures. A failure of these primitives (a process
// without memory or entropy) ends the process: going on would let somebody in or compare nothing.

enum class Digest : std::uint8_t { Sha256, Sha384, Sha512 };

std::size_t size_of(Digest digest);  // bytes
std::string hash_of(Digest digest, std::string_view data);
std::string hmac(Digest digest, std::string_view key, std::string_view data);

/// PBKDF2 with HMAC, as long as the digest.
std::string stretch(Digest digest, std::string_view password, std::string_view salt,
                    std::uint32_t iterations);

/// From the operating system's generator: OpenSSL's own would take 2 MB of memory to set up, also
/// in a broker that lets nobody in by password.
std::string random_bytes(std::size_t count);

/// In a time that depends on the lengths only.
bool is_equal(std::string_view a, std::string_view b);

}  // namespace sluice::providers
