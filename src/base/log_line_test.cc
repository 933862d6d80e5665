#include "base/log_line.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sluice::log {
namespace {

constexpr std::int64_t kTime = 1'767'323'045'678;  // 2026-01-02T03:04:05.678Z

std::string text(std::string_view words, std::vector<Field> fields) {
  return format_line({Level::Warning, words, fields}, Format::Text, "n", kTime);
}
std::string json(std::string_view words, std::vector<Field> fields, std::string_view node = "") {
  return format_line({Level::Warning, words, fields}, Format::Json, node, kTime);
}

TEST(LogLine, IsTextWithFieldsBehindTheWords) {
  EXPECT_EQ(text("refused", {{"peer", "[::1]:9"}, {"client_id", "a b"}, {"user", ""}}),
            "2026-01-02T03:04:05.678Z warning refused peer=[::1]:9 client_id=\"a b\" user=\"\"");
}

TEST(LogLine, LetsNobodyPretendAnotherLineOrField) {
  EXPECT_EQ(text("a\nb", {{"client_id", "x\" reason=\"y"}, {"user", "\x1b[2J"}}),
            "2026-01-02T03:04:05.678Z warning a\\x0ab client_id=\"x\\\" reason=\\\"y\" "
            "user=\\x1b[2J");
}

TEST(LogLine, KeepsUtf8AndEscapesWhatIsNone) {
  EXPECT_TRUE(text("", {{"user", "Zo\xC3\xAB"}}).ends_with("user=Zo\xC3\xAB"));
  EXPECT_TRUE(text("", {{"user", "a\xC3"}}).ends_with("user=a\\xc3"));
  EXPECT_TRUE(text("", {{"user", "\xED\xA0\x80"}}).ends_with("user=\\xed\\xa0\\x80"));
  EXPECT_TRUE(text("", {{"user", "\xC2\x9B"}}).ends_with("user=\\xc2\\x9b"));
}

TEST(LogLine, IsJsonWhateverAPeerSends) {
  EXPECT_EQ(json("refused", {{"peer", "[::1]:9"}}, "east-1"),
            R"({"ts":"2026-01-02T03:04:05.678Z","level":"warning","msg":"refused",)"
            R"("node":"east-1","peer":"[::1]:9"})");
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);

  const auto value = boost::json::parse(json(bytes, {{"client_id", bytes}}));

  EXPECT_EQ(value.at("msg"), value.at("client_id"));
}

}  // namespace
}  // namespace sluice::log
