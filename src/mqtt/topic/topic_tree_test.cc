#include "mqtt/topic/topic_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "mqtt/topic/random_topics_for_test.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::mqtt {
namespace {

using Tree = TopicTree<std::unique_ptr<std::string>>;

void put(Tree& tree, const std::string& topic) {
  tree.put(topic).first = std::make_unique<std::string>(topic);
}

std::multiset<std::string> matched(Tree& tree, ByteView filter) {
  std::multiset<std::string> topics;
  tree.match(filter, [&](std::unique_ptr<std::string>& value) { topics.insert(*value); });
  return topics;
}

TEST(TopicTree, PutTellsWhetherTheTopicIsNew) {
  Tree tree;

  EXPECT_TRUE(tree.put("a/b").second);
  EXPECT_FALSE(tree.put("a/b").second);
  EXPECT_TRUE(tree.put("a").second);
  EXPECT_EQ(tree.size(), 2U);
  EXPECT_EQ(tree.node_count(), 2U);
}

TEST(TopicTree, FindsOnlyTopicsWithAValue) {
  Tree tree;
  put(tree, "a/b/c");

  EXPECT_EQ(**tree.find("a/b/c"), "a/b/c");
  for (const char* topic : {"a", "a/b", "a/b/", "a/b/c/d", "", "b"}) {
    EXPECT_EQ(tree.find(topic), nullptr) << topic;
    EXPECT_FALSE(tree.erase(topic)) << topic;
  }
}

TEST(TopicTree, MatchEndsWhenTheVisitorHasEnough) {
  Tree tree;
  for (const char* topic : {"a", "a/b", "c", "d/e"}) put(tree, topic);
  int visits = 0;

  tree.match("#", [&](std::unique_ptr<std::string>&) { return ++visits < 2; });
  tree.match("+", [&](std::unique_ptr<std::string>&) { return ++visits < 4; });

  EXPECT_EQ(visits, 4);
}

TEST(TopicTree, CursorVisitsEachValueOnce) {
  Tree tree;
  const std::multiset<std::string> topics{"$SYS/x", "a", "a/b", "a/b/c", "d/e/f", "g"};
  for (const std::string& topic : topics) put(tree, topic);
  std::multiset<std::string> visited;

  Tree::Cursor cursor(tree);
  while (cursor.advance(1, [&](auto& value) { visited.insert(*value); })) {
  }

  EXPECT_EQ(visited, topics);
}

TEST(TopicTree, CursorGoesOnWhereTheTreeChanges) {
  Tree tree;
  for (int i = 0; i < 100; ++i) put(tree, std::to_string(i % 7) + "/" + std::to_string(i));
  std::multiset<std::string> visited;
  Tree::Cursor cursor(tree);

  // Whatever the cursor stands at is erased before its turn, sooner or later.
  for (int i = 0; cursor.advance(1, [&](auto& value) { visited.insert(*value); }); ++i) {
    if (i < 100 && i % 3 != 0) tree.erase(std::to_string(i % 7) + "/" + std::to_string(i));
    put(tree, "new/" + std::to_string(i % 5));
  }

  for (int i = 0; i < 100; i += 3) {
    EXPECT_EQ(visited.count(std::to_string(i % 7) + "/" + std::to_string(i)), 1U) << i;
  }
}

TEST(TopicTree, EraseKeepsTheLevelsThatOthersNeed) {
  Tree tree;
  for (const char* topic : {"a", "a/b/c", "a/b/d"}) put(tree, topic);

  EXPECT_TRUE(tree.erase("a/b/c"));
  EXPECT_EQ(tree.node_count(), 3U);
  EXPECT_TRUE(tree.erase("a"));
  EXPECT_EQ(tree.node_count(), 3U);
  EXPECT_TRUE(tree.erase("a/b/d"));
  EXPECT_EQ(tree.node_count(), 0U);
  EXPECT_EQ(tree.size(), 0U);
}

TEST(TopicTree, EraseTakesAChildOutOfTheMiddleOfItsSiblings) {
  Tree tree;
  for (const char* topic : {"a/1", "a/2", "a/3"}) put(tree, topic);

  tree.erase("a/2");
  EXPECT_EQ(matched(tree, "a/+"), (std::multiset<std::string>{"a/1", "a/3"}));
  tree.erase("a/3");
  put(tree, "a/4");
  EXPECT_EQ(matched(tree, "a/+"), (std::multiset<std::string>{"a/1", "a/4"}));
}

TEST(TopicTree, HashMatchesTheParentLevelToo) {
  Tree tree;
  for (const char* topic : {"sport", "sport/tennis", "sport/tennis/x", "sports", "/"})
    put(tree, topic);

  EXPECT_EQ(matched(tree, "sport/#"),
            (std::multiset<std::string>{"sport", "sport/tennis", "sport/tennis/x"}));
  EXPECT_EQ(matched(tree, "#").size(), 5U);
}

TEST(TopicTree, HidesDollarTopicsFromWildcardsInTheFirstLevel) {
  Tree tree;
  for (const char* topic : {"$SYS", "$SYS/x", "a", "a/$SYS"}) put(tree, topic);

  EXPECT_EQ(matched(tree, "#"), (std::multiset<std::string>{"a", "a/$SYS"}));
  EXPECT_EQ(matched(tree, "+"), (std::multiset<std::string>{"a"}));
  EXPECT_EQ(matched(tree, "+/x"), (std::multiset<std::string>{}));
  EXPECT_EQ(matched(tree, "$SYS/#"), (std::multiset<std::string>{"$SYS", "$SYS/x"}));
  EXPECT_EQ(matched(tree, "a/+"), (std::multiset<std::string>{"a/$SYS"}));
}

TEST(TopicTree, HandlesTheDeepestTopics) {
  const std::string deep(65'000, '/');
  Tree tree;
  put(tree, deep);

  EXPECT_EQ(matched(tree, "#").size(), 1U);
  EXPECT_EQ(matched(tree, "+" + deep).size(), 1U);
  EXPECT_EQ(matched(tree, deep).size(), 1U);
  EXPECT_TRUE(tree.erase(deep));
  EXPECT_EQ(tree.node_count(), 0U);
}

TEST(TopicTree, FreesDeepTopicsWhenDestroyed) {
  auto tree = std::make_unique<Tree>();
  put(*tree, std::string(65'000, '/'));

  tree.reset();
}

RC_GTEST_PROP(TopicTreeProperty, AgreesWithTheRuleAfterAnyPutAndErase, ()) {
  Tree tree;
  std::set<std::string> model;
  const auto steps = *rc::gen::container<std::vector<std::pair<bool, std::string>>>(
      rc::gen::pair(rc::gen::weightedElement<bool>({{2, true}, {1, false}}), test::topics()));

  for (const auto& [add, topic] : steps) {
    if (add) {
      put(tree, topic);
      model.insert(topic);
    } else {
      RC_ASSERT(tree.erase(topic) == (model.erase(topic) == 1));
    }
    RC_ASSERT((tree.find(topic) != nullptr) == add);
  }

  RC_ASSERT(tree.size() == model.size());
  for (const auto& filter : *rc::gen::container<std::vector<std::string>>(20, test::filters())) {
    std::multiset<std::string> expected;
    std::copy_if(model.begin(), model.end(), std::inserter(expected, expected.end()),
                 [&](const std::string& topic) { return matches(filter, topic); });
    RC_ASSERT(matched(tree, filter) == expected);
  }
  for (const std::string& topic : model) RC_ASSERT(tree.erase(topic));
  RC_ASSERT(tree.node_count() == 0U);
}

}  // namespace
}  // namespace sluice::mqtt
