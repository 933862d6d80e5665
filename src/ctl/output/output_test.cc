#include <gtest/gtest.h>

#include "ctl/input/document.h"
#include "ctl/output/documents.h"
#include "ctl/output/printer.h"
#include "ctl/output/table.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

const std::vector<Column> kColumns{text_column("NAME", "name"), time_column("EXPIRES", "expires"),
                                   wide(text_column("WHY", "info.why"))};

json::array two_items() {
  return {json::object{{"name", "a"}, {"expires", 0}, {"info", json::object{{"why", "because"}}}},
          json::object{{"name", "longer"}, {"expires", 1'700'000'000'000}, {"info", nullptr}}};
}

TEST(Table, AlignsColumnsAndHidesTheWideOnes) {
  EXPECT_EQ(table_text(two_items(), kColumns, false),
            "NAME    EXPIRES\n"
            "a       never\n"
            "longer  2023-11-14T22:13:20Z\n");
}

TEST(Table, WideShowsMembersOfMembersAndADashForNothing) {
  EXPECT_EQ(table_text(two_items(), kColumns, true),
            "NAME    EXPIRES               WHY\n"
            "a       never                 because\n"
            "longer  2023-11-14T22:13:20Z  -\n");
}

TEST(Table, ShortensLongCellsUnlessWide) {
  const json::array items{json::object{{"name", std::string(100, 'x')}}};
  const std::vector<Column> columns{text_column("NAME", "name")};

  EXPECT_EQ(table_text(items, columns, false), "NAME\n" + std::string(47, 'x') + "…\n");
  EXPECT_EQ(table_text(items, columns, true), "NAME\n" + std::string(100, 'x') + "\n");
}

TEST(Table, CountsCharactersNotBytes) {
  const json::array items{json::object{{"a", "ü"}, {"b", 1}}};
  const std::vector<Column> columns{text_column("A", "a"), text_column("B", "b")};

  EXPECT_EQ(table_text(items, columns, false), "A  B\nü  1\n");
}

TEST(Table, TakesCommandsToTheTerminalOutOfNames) {
  EXPECT_EQ(harmless("a\x1b[2Jb\n\x7f"), "a\\x1b[2Jb\\x0a\\x7f");
  EXPECT_EQ(harmless("\xc2\x9b"
                     "31m"),
            "\\x9b31m");
  EXPECT_EQ(harmless("größe"), "größe");
}

TEST(Details, UnwrapsJsonInTextsAndGivesEachItemALine) {
  const json::object object{
      {"name", "x"}, {"value", R"({"rules": {"list": ["a", "b"], "none": []}, "password": null})"}};

  EXPECT_EQ(details_text(object),
            "name              x\n"
            "value.rules.list  a\n"
            "                  b\n"
            "value.rules.none  -\n"
            "value.password    -\n");
}

TEST(JsonText, IndentsAndKeepsTheOrder) {
  const json::value value = json::parse(R"({"b": [1, {}], "a": "x\ny", "c": []})");

  EXPECT_EQ(json_text(value),
            "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": \"x\\ny\",\n  \"c\": []\n}\n");
}

TEST(YamlText, QuotesWhatYamlWouldReadOtherwise) {
  const json::value value = json::parse(
      R"({"a": "plain", "b": "true", "c": "12", "d": true, "e": null, "f": ["x: y", [1, 2]], "g": {}})");

  EXPECT_EQ(
      yaml_text(value),
      "a: plain\nb: \"true\"\nc: \"12\"\nd: true\ne: null\nf:\n  - \"x: y\"\n  - - 1\n    - 2\n"
      "g: {}\n");
}

TEST(YamlText, IsReadBackAsItWas) {
  const json::value value = json::parse(
      R"({"Null": "~", "items": [{"a": "no", "b": {"c": ["-", "#", "0x1F", "1e3", ""]}}, []], "n": -1.5,
          "date": "2026-01-01", "text": "line\n\u00fc \"quoted\" \u0001"})");

  const auto read = parse_document(yaml_text(value));

  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, value);
}

TEST(Printer, ShowsAListInEachFormat) {
  const Answer answer{json::array{json::object{{"name", "a"}}}, {text_column("NAME", "name")}};

  EXPECT_EQ(to_text(answer, Format::Table), "NAME\na\n");
  EXPECT_EQ(to_text(answer, Format::Json), "[\n  {\n    \"name\": \"a\"\n  }\n]\n");
  EXPECT_EQ(to_text(answer, Format::Yaml), "- name: a\n");
}

TEST(Printer, ShowsNothingForNothing) {
  EXPECT_EQ(to_text(Answer{}, Format::Json), "");
}

}  // namespace
}  // namespace sluice::ctl
