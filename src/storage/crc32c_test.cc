#include "storage/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::storage {
namespace {

std::uint32_t crc_of(const std::string& bytes) {
  return extend_crc32c(0, bytes.data(), bytes.size());
}

// The examples of RFC 3720, appendix B.4, and the check value of the algorithm.
TEST(Crc32c, IsTheStandardOne) {
  EXPECT_EQ(crc_of("123456789"), 0xE3069283U);
  EXPECT_EQ(crc_of(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc_of(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc_of(""), 0U);
}

TEST(Crc32c, GoesOnWhereItEnded) {
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes.push_back(static_cast<char>(i * 7));
  for (std::size_t cut : {1U, 100U, 4095U, 9999U}) {
    const std::uint32_t first = extend_crc32c(0, bytes.data(), cut);
    EXPECT_EQ(extend_crc32c(first, bytes.data() + cut, bytes.size() - cut), crc_of(bytes));
  }
}

}  // namespace
}  // namespace sluice::storage
