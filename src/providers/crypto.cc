#include "providers/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <cerrno>

#include "base/assert.h"

namespace sluice::providers {

namespace {

const EVP_MD* implementation_of(Digest digest) {
  switch (digest) {
    case Digest::Sha256:
      return EVP_sha256();
    case Digest::Sha384:
      return EVP_sha384();
    case Digest::Sha512:
      return EVP_sha512();
  }
  SLUICE_UNREACHABLE();
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::size_t size_of(Digest digest) {
  return static_cast<std::size_t>(EVP_MD_get_size(implementation_of(digest)));
}

std::string hash_of(Digest digest, std::string_view data) {
  std::string out(size_of(digest), '\0');
  SLUICE_ASSERT(EVP_Digest(data.data(), data.size(), bytes_of(out), nullptr,
                           implementation_of(digest), nullptr) == 1);
  return out;
}

std::string hmac(Digest digest, std::string_view key, std::string_view data) {
  std::string out(size_of(digest), '\0');
  // A key without bytes must still have an address, or OpenSSL takes it for "the key as before".
  const char* key_bytes = key.empty() ? "" : key.data();
  SLUICE_ASSERT(HMAC(implementation_of(digest), key_bytes, static_cast<int>(key.size()),
                     bytes_of(data), data.size(), bytes_of(out), nullptr) != nullptr);
  return out;
}

std::string stretch(Digest digest, std::string_view password, std::string_view salt,
                    std::uint32_t iterations) {
  std::string out(size_of(digest), '\0');
  SLUICE_ASSERT(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                                  bytes_of(salt), static_cast<int>(salt.size()),
                                  static_cast<int>(iterations), implementation_of(digest),
                                  static_cast<int>(out.size()), bytes_of(out)) == 1);
  return out;
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  for (std::size_t filled = 0; filled < count;) {
    const ssize_t got = ::getrandom(out.data() + filled, count - filled, 0);
    SLUICE_ASSERT(got > 0 || errno == EINTR);
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  return out;
}

bool is_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sluice::providers
