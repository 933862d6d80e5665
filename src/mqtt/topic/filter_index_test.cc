#include "mqtt/topic/filter_index.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "mqtt/topic/random_topics_for_test.h"

namespace sluice::mqtt {
namespace {

struct Payload {
  int subscribers = 0;
  std::unique_ptr<int> owned = std::make_unique<int>(1);  // shows leaks under AddressSanitizer
};
using Index = FilterIndex<Payload>;

std::multiset<std::string> matched(Index& index, ByteView topic) {
  std::multiset<std::string> filters;
  index.match(topic, [&](Index::Entry& entry) { filters.emplace(entry.filter()); });
  return filters;
}

std::multiset<std::string> all(Index& index) {
  std::multiset<std::string> filters;
  index.for_each([&](Index::Entry& entry) { filters.emplace(entry.filter()); });
  return filters;
}

std::multiset<std::string> expected(const std::set<std::string>& filters, ByteView topic) {
  std::multiset<std::string> found;
  for (const std::string& filter : filters) {
    if (matches(filter, topic)) found.insert(filter);
  }
  return found;
}

TEST(FilterIndex, InternsEachFilterOnce) {
  Index index;

  Index::Entry& exact = index.intern("a/b");
  Index::Entry& wild = index.intern("a/+/#");
  exact.subscribers = 7;

  EXPECT_EQ(&index.intern("a/b"), &exact);
  EXPECT_EQ(&index.intern("a/+/#"), &wild);
  EXPECT_EQ(index.find("a/b")->subscribers, 7);
  EXPECT_EQ(wild.subscribers, 0);
  EXPECT_EQ(wild.filter(), "a/+/#");
  EXPECT_EQ(index.size(), 2U);
}

TEST(FilterIndex, FindsOnlyWhatWasInterned) {
  Index index;
  index.intern("a/+/#");
  index.intern("a/b");

  for (const char* filter : {"a", "a/+", "a/#", "#", "+", "a/+/+", "a/b/c", "b"}) {
    EXPECT_EQ(index.find(filter), nullptr) << filter;
  }
}

TEST(FilterIndex, MatchesExactAndWildcardFiltersTogether) {
  Index index;
  for (const char* filter : {"a/b", "a/+", "a/#", "a/b/#", "+/b", "#", "+", "a", "a/b/c"}) {
    index.intern(filter);
  }

  EXPECT_EQ(matched(index, "a/b"),
            (std::multiset<std::string>{"a/b", "a/+", "a/#", "a/b/#", "+/b", "#"}));
}

TEST(FilterIndex, HidesDollarTopicsFromWildcardsInTheFirstLevel) {
  Index index;
  for (const char* filter : {"#", "+", "+/x", "$SYS/#", "$SYS/+", "$SYS/x"}) index.intern(filter);

  EXPECT_EQ(matched(index, "$SYS/x"), (std::multiset<std::string>{"$SYS/#", "$SYS/+", "$SYS/x"}));
  EXPECT_EQ(matched(index, "$other"), std::multiset<std::string>{});
}

TEST(FilterIndex, FreesTheNodesOfAnErasedFilterOnly) {
  Index index;
  Index::Entry& longer = index.intern("a/+/c/+");
  index.intern("a/+/#");
  ASSERT_EQ(index.node_count(), 4U);

  index.erase(longer);

  EXPECT_EQ(index.node_count(), 2U);
  EXPECT_EQ(matched(index, "a/b"), (std::multiset<std::string>{"a/+/#"}));
}

TEST(FilterIndex, NeedsNoNodesForExactFilters) {
  Index index;
  index.intern("a/b/c");

  EXPECT_EQ(index.node_count(), 0U);
}

TEST(FilterIndex, HandlesTheDeepestFilters) {
  const std::string deep(65'000, '/');
  const std::string plus = "+" + deep + "+";
  Index index;
  Index::Entry& exact = index.intern(deep);
  Index::Entry& wild = index.intern(plus);
  Index::Entry& hash = index.intern(deep + "#");

  EXPECT_EQ(matched(index, deep), (std::multiset<std::string>{deep, plus, deep + "#"}));
  EXPECT_EQ(index.find(plus), &wild);

  index.erase(exact);
  index.erase(wild);
  index.erase(hash);
  EXPECT_EQ(index.size(), 0U);
  EXPECT_EQ(index.node_count(), 0U);
}

TEST(FilterIndex, FreesDeepFiltersWhenDestroyed) {
  auto index = std::make_unique<Index>();
  std::string plus = "+";
  for (int i = 0; i < 30'000; ++i) plus += "/+";
  index->intern(plus);
  index->intern(std::string(65'000, '/') + "+");

  EXPECT_EQ(all(*index).size(), 2U);
  index.reset();
}

TEST(FilterIndex, KeepsThousandsOfFiltersApart) {
  Index index;
  const auto exact = [](int i) { return "site/" + std::to_string(i) + "/x"; };
  const auto wild = [](int i) { return "site/" + std::to_string(i) + "/+/y"; };
  constexpr int kFilters = 20'000;
  for (int i = 0; i < kFilters; ++i) {
    index.intern(exact(i)).subscribers = i;
    index.intern(wild(i)).subscribers = i;
  }

  for (int i = 0; i < kFilters; i += 2) {
    index.erase(*index.find(exact(i)));
    index.erase(*index.find(wild(i)));
  }

  EXPECT_EQ(index.size(), std::size_t{kFilters});
  for (int i = 1; i < kFilters; i += 2) {
    ASSERT_EQ(index.find(exact(i - 1)), nullptr);
    ASSERT_EQ(index.find(wild(i - 1)), nullptr);
    ASSERT_EQ(index.find(exact(i))->subscribers, i);
    ASSERT_EQ(index.find(wild(i))->subscribers, i);
  }
}

RC_GTEST_PROP(FilterIndexProperty, AgreesWithTheRuleAfterAnyInsertAndErase, ()) {
  Index index;
  std::set<std::string> model;
  const auto steps = *rc::gen::container<std::vector<std::pair<bool, std::string>>>(
      rc::gen::pair(rc::gen::weightedElement<bool>({{2, true}, {1, false}}), test::filters()));

  for (const auto& [add, filter] : steps) {
    if (add) {
      RC_ASSERT(index.intern(filter).filter() == filter);
      model.insert(filter);
    } else {
      Index::Entry* entry = index.find(filter);
      RC_ASSERT((entry != nullptr) == model.contains(filter));
      if (entry != nullptr) index.erase(*entry);
      model.erase(filter);
    }
  }

  RC_ASSERT(index.size() == model.size());
  RC_ASSERT(all(index) == std::multiset<std::string>(model.begin(), model.end()));
  for (const auto& topic : *rc::gen::container<std::vector<std::string>>(20, test::topics())) {
    RC_ASSERT(matched(index, topic) == expected(model, topic));
  }
  for (const std::string& filter : model) index.erase(*index.find(filter));
  RC_ASSERT(index.size() == 0U);
  RC_ASSERT(index.node_count() == 0U);
}

}  // namespace
}  // namespace sluice::mqtt
