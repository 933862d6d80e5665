#include "storage/record_format.h"

#include "base/hash.h"

namespace sluice::storage {
namespace {

constexpr std::size_t kNumberBytes = 8;

}  // namespace

std::string encode_number(std::uint64_t number) {
  std::string bytes(kNumberBytes, '\0');
  for (std::size_t i = kNumberBytes; i-- > 0; number >>= 8) bytes[i] = static_cast<char>(number);
  return bytes;
}

std::optional<std::uint64_t> decode_number(ByteView bytes) {
  if (bytes.size() != kNumberBytes) return std::nullopt;
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

std::string encode_dropped_key(std::uint64_t first) {
  return std::string(1, kOwnTable) + encode_number(first);
}

std::string encode_row_key(Table table, ByteView key) {
  std::string bytes(1, static_cast<char>(table));
  return bytes.append(key);
}

std::string make_seal(ByteView key, ByteView value) {
  // XXH3 is on disk here: its 64 bits have been fixed since release 0.8.0 of the library.
  return encode_number(hash_bytes(value, hash_bytes(key)));
}

std::optional<ByteView> unseal(ByteView key, ByteView sealed) {
  if (sealed.size() < kNumberBytes) return std::nullopt;
  const ByteView value = sealed.substr(kNumberBytes);
  if (sealed.substr(0, kNumberBytes) != make_seal(key, value)) return std::nullopt;
  return value;
}

}  // namespace sluice::storage
