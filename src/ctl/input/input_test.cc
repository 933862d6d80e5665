#include <gtest/gtest.h>

#include "ctl/input/csv_columns.h"
#include "ctl/input/document.h"
#include "ctl/input/time_text.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;
using Words = std::vector<std::string>;

TEST(CsvColumns, AreReadFromTheFirstLineWithQuotesAndByteOrderMark) {
  EXPECT_EQ(first_csv_line("\xEF\xBB\xBFname,\"a \"\"b\"\",\nc\",\r\nx,y", ','),
            (Words{"name", "a \"b\",\nc", ""}));
  EXPECT_EQ(first_csv_line("a;b,c", ';'), (Words{"a", "b,c"}));
  EXPECT_EQ(first_csv_line("", ','), Words{""});
}

TEST(CsvColumns, HaveTheNamesThatPeopleUse) {
  const auto types = to_column_types({"Name", "client_id", "userName", "Client Type", "publish"});

  ASSERT_TRUE(types) << types.error().what;
  EXPECT_EQ(*types,
            (Words{"NAME", "CLIENT_ID", "USERNAME", "CLIENT_TYPE", "PUB_AUTH_RULE_PATTERNS"}));
}

TEST(CsvColumns, RefuseWhatIsUnknownTwiceOrWithoutName) {
  EXPECT_FALSE(to_column_types({"name", "colour"}));
  EXPECT_FALSE(to_column_types({"name", "type", "client_type"}));
  EXPECT_FALSE(to_column_types({"password"}));
  EXPECT_EQ(to_column_types({""}).error().exit_code, kExitUsage);
}

TEST(Document, ReadsJsonAndYamlAlike) {
  const json::value expected = json::parse(R"({"a": 1, "b": ["x", true, null], "c": "12"})");

  EXPECT_EQ(parse_document(R"({"a": 1, "b": ["x", true, null], "c": "12"})").value(), expected);
  EXPECT_EQ(parse_document("a: 1\nb: [x, true, ~]\nc: '12'\n").value(), expected);
}

TEST(Document, TellsWhereItIsBroken) {
  const auto broken = parse_document("a: [1\nb: 2");

  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().what.find("line"), std::string::npos);
  EXPECT_EQ(broken.error().exit_code, kExitUsage);
}

TEST(Document, RefusesDeepNesting) {
  EXPECT_FALSE(parse_document(std::string(1000, '[') + "x" + std::string(1000, ']')));
}

TEST(TimeText, WritesAndReadsUtc) {
  EXPECT_EQ(format_time(1'700'000'000'000), "2023-11-14T22:13:20Z");
  EXPECT_EQ(parse_future("2023-11-14T22:13:20Z").value(), 1'700'000'000'000);
  EXPECT_EQ(parse_past("1970-01-02").value(), 86'400'000);
  EXPECT_EQ(format_time(0), "never");
}

TEST(TimeText, CountsSpansFromNow) {
  const std::int64_t before = now_ms();

  EXPECT_GE(parse_future("15m").value(), before + 900'000);
  EXPECT_LE(parse_past("1h").value(), now_ms() - 3'600'000);
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text : {"", "soon", "2026-13-01", "2026-02-30", "2026-01-01T25:00:00Z",
                           "2026-01-01x", "99999999d", "-5m"}) {
    EXPECT_FALSE(parse_future(text)) << text;
  }
}

}  // namespace
}  // namespace sluice::ctl
