#include "mqtt/codec/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::mqtt {
namespace {

using namespace std::string_literals;

/// Tries the sequence alone, behind ASCII of every length up to a word and in front of a whole
/// word, so that both the fast and the slow path see it.
bool is_valid_everywhere(const std::string& sequence, bool expected) {
  for (std::size_t before = 0; before <= 9; ++before) {
    for (std::size_t behind : {0, 1, 8}) {
      const std::string text = std::string(before, 'a') + sequence + std::string(behind, 'z');
      if (is_valid_string(text) != expected) return !expected;
    }
  }
  return expected;
}

TEST(Utf8, AcceptsTheBordersOfEverySequenceLength) {
  for (const auto& sequence :
       {"\x01"s, "\x7F"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s,
        "\xEE\x80\x80"s, "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s}) {
    EXPECT_TRUE(is_valid_everywhere(sequence, true)) << ::testing::PrintToString(sequence);
  }
}

// [MQTT5-1.5.4-3]: EF BB BF is U+FEFF and nothing to skip.
TEST(Utf8, KeepsTheByteOrderMark) {
  EXPECT_TRUE(
      is_valid_string("\xEF\xBB\xBF"
                      "a"));
}

TEST(Utf8, AcceptsTheEmptyString) {
  EXPECT_TRUE(is_valid_string(""));
  EXPECT_TRUE(is_valid_string(ByteView()));
}

TEST(Utf8, RefusesOverlongForms) {
  for (const auto& sequence : {"\xC0\x80"s, "\xC1\xBF"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s,
                               "\xF0\x80\x80\x80"s, "\xF0\x8F\xBF\xBF"s}) {
    EXPECT_FALSE(is_valid_everywhere(sequence, false)) << ::testing::PrintToString(sequence);
  }
}

// [MQTT5-1.5.4-1], [MQTT311-1.5.3-1]
TEST(Utf8, RefusesSurrogates) {
  EXPECT_FALSE(is_valid_everywhere("\xED\xA0\x80", false));  // U+D800
  EXPECT_FALSE(is_valid_everywhere("\xED\xBF\xBF", false));  // U+DFFF
}

TEST(Utf8, RefusesWhatIsAboveTheLastCodePoint) {
  EXPECT_FALSE(is_valid_everywhere("\xF4\x90\x80\x80", false));
  EXPECT_FALSE(is_valid_everywhere("\xF5\x80\x80\x80", false));
  EXPECT_FALSE(is_valid_everywhere("\xFF", false));
}

TEST(Utf8, RefusesSequencesThatAreCutOrHaveNoLead) {
  for (const auto& sequence : {"\x80"s, "\xBF"s, "\xC2"s, "\xE1\x80"s, "\xF1\x80\x80"s, "\xF1\x80"s,
                               "\xC2\x41"s, "\xE1\x80\x41"s, "\xF1\x80\x80\x41"s}) {
    EXPECT_FALSE(is_valid_everywhere(sequence, false)) << ::testing::PrintToString(sequence);
  }
}

// [MQTT5-1.5.4-2], [MQTT311-1.5.3-2]: for strings; a payload of text may hold U+0000.
TEST(Utf8, RefusesNulInStringsOnly) {
  EXPECT_FALSE(is_valid_everywhere("\0"s, false));
  EXPECT_TRUE(is_valid_utf8("abcdefgh\0abc"s));
  EXPECT_FALSE(is_valid_utf8("abcdefgh\xED\xA0\x80"s));
}

TEST(Utf8, FindsWildcardsAtEveryPosition) {
  for (std::size_t size = 1; size < 20; ++size) {
    std::string topic(size, 'a');
    EXPECT_FALSE(has_wildcard_character(topic));
    for (std::size_t i = 0; i < size; ++i) {
      for (const char wildcard : {'+', '#'}) {
        topic[i] = wildcard;
        EXPECT_TRUE(has_wildcard_character(topic));
        topic[i] = '\xAB';  // '+' with the high bit
        EXPECT_FALSE(has_wildcard_character(topic));
      }
      topic[i] = 'a';
    }
  }
}

}  // namespace
}  // namespace sluice::mqtt
