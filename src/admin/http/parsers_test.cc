#include <gtest/gtest.h>

#include "admin/http/csv.h"
#include "admin/http/fields.h"
#include "admin/http/page_query.h"
#include "admin/http/query.h"

namespace sluice::admin {
namespace {

using Cells = std::vector<std::vector<std::string>>;

Cells read(std::string_view text, char delimiter = ',') {
  Cells cells;
  const auto rows = parse_csv(text, delimiter, 100);
  if (!rows) return {{rows.error().message}};
  for (const auto& row : *rows) cells.push_back(row.cells);
  return cells;
}

TEST(Csv, ReadsCellsWithAndWithoutQuotes) {
  EXPECT_EQ(read("a,b\r\nc,\"d,e\"\n"), (Cells{{"a", "b"}, {"c", "d,e"}}));
  EXPECT_EQ(read("\"say \"\"hi\"\"\",x"), (Cells{{"say \"hi\"", "x"}}));
  EXPECT_EQ(read("\"two\nlines\";y", ';'), (Cells{{"two\nlines", "y"}}));
}

TEST(Csv, KeepsEmptyCellsAndLeavesOutEmptyLines) {
  EXPECT_EQ(read("\xEF\xBB\xBF,a,\n\n\r\nb"), (Cells{{"", "a", ""}, {"b"}}));
  EXPECT_EQ(read(""), Cells{});
}

TEST(Csv, NamesTheLineOfAFault) {
  EXPECT_EQ(read("a\n\"b"), (Cells{{"Line 2 of the file: a quote is not closed"}}));
  EXPECT_EQ(read("a\n\"b\"c"), (Cells{{"Line 2 of the file: text follows a closing quote"}}));
}

TEST(Csv, RefusesMoreRowsThanTheLimit) {
  EXPECT_TRUE(parse_csv("a\nb\n", ',', 2));
  EXPECT_FALSE(parse_csv("a\nb\nc", ',', 2));
  EXPECT_FALSE(parse_csv("a", '"', 2));
}

TEST(Query, DecodesNamesAndValues) {
  const auto query = Query::parse("a=b+c%2Cd&list=x,y&list=z&flag=true&flag=false");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->text("a"), "b c,d");
  EXPECT_EQ(query->list("list"), (std::vector<std::string>{"x", "y", "z"}));
  EXPECT_EQ(*query->flags("flag"), std::nullopt);
  EXPECT_FALSE(query->has("absent"));
}

TEST(Query, RefusesBrokenEscapesAndFloods) {
  EXPECT_FALSE(Query::parse("a=%4"));
  EXPECT_FALSE(Query::parse("a=%zz"));
  EXPECT_FALSE(Query::parse("a=%00"));
  std::string many;
  for (std::size_t i = 0; i <= Query::kParametersMax; ++i) many += "a=1&";
  EXPECT_FALSE(Query::parse(many));
}

Outcome<entities::PageRequest> page(std::string_view text) {
  return read_page(*Query::parse(text), 1000);
}

TEST(Paging, ReadsTbmqsParameters) {
  const auto request = page("pageSize=20&page=3&textSearch=x&sortProperty=name&sortOrder=DESC");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->page, 3U);
  EXPECT_EQ(request->page_size, 20U);
  EXPECT_EQ(request->sort_order, entities::SortOrder::Descending);
}

TEST(Paging, RefusesWhatIsMissingOrOutOfRange) {
  for (const char* text : {"", "pageSize=10", "page=0", "pageSize=0&page=0", "pageSize=1001&page=0",
                           "pageSize=x&page=0", "pageSize=10&page=-1",
                           "pageSize=10&page=0&sortOrder=UP", "pageSize=10&page=0&startTime=now"}) {
    const auto request = page(text);
    ASSERT_FALSE(request) << text;
    EXPECT_EQ(request.error().status, 400U);
    EXPECT_EQ(request.error().code, ErrorCode::BadRequest);
  }
}

TEST(Paging, SaysWhetherThereIsMore) {
  entities::PageRequest request;
  request.page_size = 10;
  EXPECT_EQ(boost::json::serialize(page_to_json({}, 11, request)),
            R"({"data":[],"totalPages":2,"totalElements":11,"hasNext":true})");
  request.page = 1;
  EXPECT_EQ(boost::json::serialize(page_to_json({}, 11, request)),
            R"({"data":[],"totalPages":2,"totalElements":11,"hasNext":false})");
}

std::string complaint(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return value.error().message;
  Fields fields(*value);
  (void)fields.required_text("name");
  (void)fields.object("inner").number("count", 0, 10, 0);
  return fields.problem().value_or("");
}

TEST(Fields, NameThePathToTheFirstProblem) {
  EXPECT_EQ(complaint(R"({"name": "x", "inner": {"count": 3}})"), "");
  EXPECT_EQ(complaint(R"({"inner": {"count": 30}})"), "'name' is missing");
  EXPECT_EQ(complaint(R"({"name": "x", "inner": {"count": 30}})"),
            "'inner.count' has to be a whole number of 0 to 10");
  EXPECT_EQ(complaint(R"({"name": "x", "inner": 7})"), "'inner' has to be an object");
  EXPECT_EQ(complaint(R"({"name": "a\u0000b"})"), "'name' has a NUL character");
  EXPECT_EQ(complaint("[]"), "The body has to be an object");
}

TEST(Json, RefusesDeepNestingAndGarbage) {
  EXPECT_TRUE(parse_json("[[[[]]]]"));
  EXPECT_FALSE(parse_json(std::string(64, '[') + std::string(64, ']')));
  EXPECT_FALSE(parse_json("{\"a\":"));
  EXPECT_FALSE(parse_json("\"\xff\""));
}

}  // namespace
}  // namespace sluice::admin
