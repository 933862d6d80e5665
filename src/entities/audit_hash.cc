#include "entities/audit_hash.h"

#include <openssl/evp.h>

#include <cstdint>

#include "base/assert.h"

namespace sluice::entities {
namespace {

constexpr std::size_t kHashSize = 32;

void append_number(std::string& bytes, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(number >> shift & 0xFF);
  }
}

}  // namespace

std::string audit_hash(std::string_view before, const AuditEntry& entry) {
  std::string bytes(before);
  append_number(bytes, static_cast<std::uint64_t>(entry.sequence));
  append_number(bytes, static_cast<std::uint64_t>(entry.time));
  for (const std::string* const text :
       {&entry.user, &entry.action, &entry.entity_type, &entry.entity_id, &entry.entity_name,
        &entry.before, &entry.after, &entry.address, &entry.result}) {
    append_number(bytes, text->size());
    bytes += *text;
  }
  std::string hash(kHashSize, '\0');
  const int ok =
      EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr,
                 EVP_sha256(), nullptr);
  SLUICE_ASSERT(ok == 1);
  return hash;
}

}  // namespace sluice::entities
