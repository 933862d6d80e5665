#include "auth/filter_cover.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mqtt/topic/random_topics_for_test.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::auth {
namespace {

/// All topics of up to five levels over the levels that `filters()` draws and one that it does not.
/// Filters there have at most four levels and '#', so a topic that tells two of them apart is here.
const std::vector<std::string>& all_topics() {
  static const std::vector<std::string> topics = [] {
    std::vector<std::string> all;
    std::vector<std::string> longest = {""};
    for (int level = 0; level < 5; ++level) {
      std::vector<std::string> longer;
      for (const std::string& topic : longest) {
        for (const char* next : {"a", "b", "", "$x", "other"}) {
          longer.push_back(level == 0 ? next : topic + "/" + next);
        }
      }
      all.insert(all.end(), longer.begin(), longer.end());
      longest = std::move(longer);
    }
    std::erase(all, "");
    return all;
  }();
  return topics;
}

rc::Gen<std::string> valid_filters() {
  return rc::gen::suchThat(mqtt::test::filters(), [](const std::string& filter) {
    return mqtt::is_valid_topic_filter(filter, 5);
  });
}

TEST(Covers, AParentWithHashCoversItselfAndAllBelow) {
  for (const char* narrow : {"a", "a/b", "a/+/b", "a/#", "a/+/#", "a/"}) {
    EXPECT_TRUE(covers("a/#", narrow)) << narrow;
  }
  for (const char* narrow : {"#", "+", "+/#", "b", "+/b", "aa"}) {
    EXPECT_FALSE(covers("a/#", narrow)) << narrow;
  }
}

TEST(Covers, APlusStandsForExactlyOneLevel) {
  EXPECT_TRUE(covers("+/b", "a/b"));
  EXPECT_TRUE(covers("+/b", "+/b"));
  EXPECT_FALSE(covers("+/b", "#"));
  EXPECT_FALSE(covers("+", "#"));
  EXPECT_FALSE(covers("a/+", "a/#"));
  EXPECT_FALSE(covers("a/b", "a/+"));
}

TEST(Covers, LeadingWildcardsDoNotCoverDollarTopics) {
  EXPECT_FALSE(covers("#", "$SYS/#"));
  EXPECT_FALSE(covers("+/x", "$SYS/x"));
  EXPECT_TRUE(covers("$SYS/#", "$SYS/+/load"));
  EXPECT_TRUE(covers("+/#", "#"));
}

TEST(Overlaps, NeedsOneCommonTopic) {
  EXPECT_TRUE(overlaps("a/+", "+/b"));
  EXPECT_TRUE(overlaps("a/#", "a"));
  EXPECT_TRUE(overlaps("#", "a/b"));
  EXPECT_FALSE(overlaps("a/+", "a"));
  EXPECT_FALSE(overlaps("a/b/#", "a"));
  EXPECT_FALSE(overlaps("#", "$SYS/load"));
  EXPECT_FALSE(overlaps("+/load", "$SYS/#"));
}

RC_GTEST_PROP(Covers, AgreesWithTriedTopics, ()) {
  const std::string wide = *valid_filters();
  const std::string narrow = *valid_filters();

  const bool expected = std::ranges::all_of(all_topics(), [&](const std::string& topic) {
    return !mqtt::matches(narrow, topic) || mqtt::matches(wide, topic);
  });

  RC_CLASSIFY(expected);
  RC_ASSERT(covers(wide, narrow) == expected);
}

RC_GTEST_PROP(Overlaps, AgreesWithTriedTopics, ()) {
  const std::string one = *valid_filters();
  const std::string other = *valid_filters();

  const bool expected = std::ranges::any_of(all_topics(), [&](const std::string& topic) {
    return mqtt::matches(one, topic) && mqtt::matches(other, topic);
  });

  RC_CLASSIFY(expected);
  RC_ASSERT(overlaps(one, other) == expected);
  RC_ASSERT(overlaps(other, one) == expected);
}

}  // namespace
}  // namespace sluice::auth
