#include "config/units.h"

#include <gtest/gtest.h>

namespace sluice::config {
namespace {

struct Good {
  Kind kind;
  std::string text;
  std::uint64_t value;
};

TEST(Quantity, ReadsNumbersWithAndWithoutUnits) {
  const std::vector<Good> cases{
      {Kind::Count, "0", 0},
      {Kind::Count, "18446744073709551615", 18'446'744'073'709'551'615ULL},
      {Kind::Bytes, "65536", 65'536},
      {Kind::Bytes, "64B", 64},
      {Kind::Bytes, "64KiB", 65'536},
      {Kind::Bytes, "2 MiB", 2'097'152},
      {Kind::Bytes, "4GiB", 4'294'967'296},
      {Kind::Bytes, "1TiB", 1'099'511'627'776},
      {Kind::Seconds, "90", 90},
      {Kind::Seconds, "10s", 10},
      {Kind::Seconds, "5m", 300},
      {Kind::Seconds, "2h", 7200},
      {Kind::Seconds, "7d", 604'800},
  };
  for (const auto& good : cases) {
    const auto value = parse_quantity(good.kind, good.text);
    ASSERT_TRUE(value) << good.text << ": " << value.error().message;
    EXPECT_EQ(*value, good.value) << good.text;
  }
}

TEST(Quantity, RefusesWhatIsNoNumberOfItsKind) {
  const std::vector<std::pair<Kind, std::string>> cases{
      {Kind::Count, ""},
      {Kind::Count, "-1"},
      {Kind::Count, "1.5"},
      {Kind::Count, "10s"},
      {Kind::Count, "1 000"},
      {Kind::Count, "0x10"},
      {Kind::Bytes, "KiB"},
      {Kind::Bytes, "1,5MiB"},
      {Kind::Bytes, "10s"},
      {Kind::Seconds, "2MiB"},
      {Kind::Seconds, "500ms"},
      {Kind::Seconds, "+5"},
      {Kind::Bytes, "1 2 KiB"},
      {Kind::Bytes, "1_000_000"},
      {Kind::Bytes, "99999999999TiB"},
      {Kind::Count, "18446744073709551616"},
  };
  for (const auto& [kind, text] : cases) EXPECT_FALSE(parse_quantity(kind, text)) << text;
}

TEST(Quantity, SuggestsTheUnitThatWasMeant) {
  EXPECT_EQ(parse_quantity(Kind::Bytes, "64KB").error().suggestion, "64KiB");
  EXPECT_EQ(parse_quantity(Kind::Bytes, "2mb").error().suggestion, "2MiB");
  EXPECT_EQ(parse_quantity(Kind::Seconds, "10 sec").error().suggestion, "10s");
  EXPECT_EQ(parse_quantity(Kind::Seconds, "5min").error().suggestion, "5m");
  EXPECT_EQ(parse_quantity(Kind::Seconds, "5 fortnights").error().suggestion, "");
}

TEST(Quantity, IsWrittenWithTheLargestExactUnit) {
  EXPECT_EQ(format_quantity(Kind::Bytes, 2 * 1024 * 1024), "2MiB");
  EXPECT_EQ(format_quantity(Kind::Bytes, 1280 * 1024), "1280KiB");
  EXPECT_EQ(format_quantity(Kind::Bytes, 65'535), "65535");
  EXPECT_EQ(format_quantity(Kind::Bytes, 0), "0");
  EXPECT_EQ(format_quantity(Kind::Seconds, 600), "10m");
  EXPECT_EQ(format_quantity(Kind::Seconds, 90), "90s");
  EXPECT_EQ(format_quantity(Kind::Count, 65'536), "65536");
}

}  // namespace
}  // namespace sluice::config
