#include "admin/backup/tar_parts.h"

#include <numeric>

namespace sluice::admin {
namespace {

constexpr std::size_t kNameMax = 100;
constexpr unsigned kMode = 0600;

/// Puts `text` at its place in the header.
void put(std::string& header, std::size_t at, std::string_view text) {
  header.replace(at, text.size(), text);
}

/// Digits with a NUL behind them, in `width` bytes.
void put_octal(std::string& header, std::size_t at, std::size_t width, std::uint64_t number) {
  std::string digits(width - 1, '0');
  for (std::size_t i = digits.size(); i-- > 0; number /= 8) {
    digits[i] = static_cast<char>('0' + number % 8);
  }
  put(header, at, digits);
}

unsigned checksum(const std::string& header) {
  return std::accumulate(header.begin(), header.end(), 0U, [](unsigned sum, char byte) {
    return sum + static_cast<unsigned char>(byte);
  });
}

}  // namespace

std::optional<std::string> tar_header(std::string_view name, std::uint64_t size,
                                      std::int64_t changed) {
  if (name.size() > kNameMax || size > kTarFileMax) return std::nullopt;
  std::string header(kTarBlock, '\0');
  put(header, 0, name);
  put_octal(header, 100, 8, kMode);
  put_octal(header, 108, 8, 0);  // user
  put_octal(header, 116, 8, 0);  // group
  put_octal(header, 124, 12, size);
  put_octal(header, 136, 12, static_cast<std::uint64_t>(changed));
  put(header, 148, "        ");  // the sum counts itself as spaces
  put(header, 156, "0");         // a regular file
  put(header, 257, {"ustar\00000", 8});
  put_octal(header, 148, 7, checksum(header));
  return header;
}

std::string tar_padding(std::uint64_t size) {
  return std::string((kTarBlock - size % kTarBlock) % kTarBlock, '\0');
}

std::string tar_end() {
  return std::string(2 * kTarBlock, '\0');
}

}  // namespace sluice::admin
