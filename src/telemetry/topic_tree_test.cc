#include "telemetry/topic_tree.h"

#include <gtest/gtest.h>
#include <malloc.h>

namespace sluice::telemetry {
namespace {

constexpr WallTime kNow = 1'800'000'000'000;

broker::TopicSample sample(std::string topic, std::string payload = "", WallTime at = kNow) {
  broker::TopicSample sample;
  sample.topic = std::move(topic);
  sample.payload_bytes = payload.size();
  sample.payload = std::move(payload);
  sample.at = at;
  return sample;
}

std::vector<std::string> names(const TopicPage& page) {
  std::vector<std::string> names;
  for (const TopicRow& row : page.rows) names.push_back(row.topic);
  return names;
}

using Texts = std::vector<std::string>;

TEST(TopicTree, ListsTheLevelsBelowATopic) {
  TopicTree tree(100);
  for (const char* topic : {"a/b", "a/b/c", "a/b!x", "a/b/d", "b", "/x", "a"}) {
    tree.add(sample(topic));
  }
  EXPECT_EQ(names(tree.children("", 0, 10, kNow)), (Texts{"", "a", "b"}));
  EXPECT_EQ(names(tree.children("a", 0, 10, kNow)), (Texts{"a/b", "a/b!x"}));
  EXPECT_EQ(names(tree.children("a/b", 0, 10, kNow)), (Texts{"a/b/c", "a/b/d"}));
  EXPECT_EQ(tree.children("a", 0, 10, kNow).rows[0].children, 2U);
}

TEST(TopicTree, ListsLevelsThatHadNoMessage) {
  TopicTree tree(100);
  tree.add(sample("a/b/c"));
  const TopicPage page = tree.children("a", 0, 10, kNow);
  ASSERT_EQ(page.total, 1U);
  EXPECT_EQ(page.rows[0].topic, "a/b");
  EXPECT_EQ(page.rows[0].messages, 0U);
  EXPECT_TRUE(tree.find("a/b", kNow));
  EXPECT_FALSE(tree.find("a/x", kNow));
}

TEST(TopicTree, GivesPages) {
  TopicTree tree(100);
  for (char c = 'a'; c < 'k'; ++c) tree.add(sample(std::string("top/") + c));
  const TopicPage page = tree.children("top", 3, 2, kNow);
  EXPECT_EQ(page.total, 10U);
  EXPECT_EQ(names(page), (Texts{"top/d", "top/e"}));
}

TEST(TopicTree, KnowsTheLastMessage) {
  TopicTree tree(100);
  tree.add(sample("a", "first"));
  broker::TopicSample last = sample("a", "second", kNow + 5);
  last.retain = true;
  last.qos = mqtt::Qos::ExactlyOnce;
  tree.add(last);
  const auto row = tree.find("a", kNow + 5);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->payload, "second");
  EXPECT_EQ(row->messages, 2U);
  EXPECT_EQ(row->last_at, kNow + 5);
  EXPECT_TRUE(row->retain);
  EXPECT_EQ(row->qos, mqtt::Qos::ExactlyOnce);
}

TEST(TopicTree, RatesAreOfLately) {
  TopicTree tree(100);
  for (int second = 0; second < 60; ++second) {
    broker::TopicSample many = sample("a", "", kNow + second * 1000);
    many.weight = 50;
    tree.add(many);
  }
  const WallTime end = kNow + 59'000;
  EXPECT_NEAR(tree.find("a", end)->rate, 50, 5);
  EXPECT_LT(tree.find("a", end + 60'000)->rate, 1);
  EXPECT_EQ(tree.find("a", end)->messages, 3000U);
}

TEST(TopicTree, FindsTextsWhateverTheirCase) {
  TopicTree tree(100);
  for (const char* topic : {"plant/Line1/Temperature", "plant/line2/temp", "other"}) {
    tree.add(sample(topic));
  }
  EXPECT_EQ(names(tree.search("TEMP", 0, 10, kNow)),
            (Texts{"plant/Line1/Temperature", "plant/line2/temp"}));
  EXPECT_EQ(tree.search("", 1, 1, kNow).total, 3U);
}

TEST(TopicTree, TheLeastRecentlySeenMakeRoom) {
  TopicTree tree(3);
  for (const char* topic : {"a", "b", "c", "a", "d"}) tree.add(sample(topic));
  EXPECT_EQ(names(tree.children("", 0, 10, kNow)), (Texts{"a", "c", "d"}));
  EXPECT_EQ(tree.forgotten(), 1U);
  tree.clear();
  EXPECT_EQ(tree.size(), 0U);
  tree.add(sample("e"));
  EXPECT_EQ(tree.size(), 1U);
}

TEST(TopicTree, LongTopicsCountMore) {
  TopicTree tree(10);
  for (int i = 0; i < 10; ++i) tree.add(sample(std::string(2000, 'x') + std::to_string(i)));
  EXPECT_LT(tree.size(), 10U);
  EXPECT_LE(tree.bytes(), 10 * TopicTree::kBytesPerTopic);
}

TEST(TopicTree, KeepsAHundredThousandTopicsWithValuesInItsMemory) {
  constexpr std::size_t kTopics = 100'000;
  const std::size_t before = mallinfo2().uordblks;
  TopicTree tree(kTopics);
  for (std::size_t i = 0; i < kTopics; ++i) {
    tree.add(sample(
        "plant/hall-" + std::to_string(i / 1000) + "/machine-" + std::to_string(i) + "/temperature",
        std::string(256, 'v')));
  }
  const std::size_t used = mallinfo2().uordblks - before;
  EXPECT_EQ(tree.size(), kTopics);
  EXPECT_LE(used, 64'000'000U);
  EXPECT_LE(used, tree.bytes() * 11 / 10) << "what is counted is what it takes";
  EXPECT_EQ(tree.search("MACHINE-99999/", 0, 10, kNow).total, 1U);
  EXPECT_EQ(tree.children("plant", 0, 10, kNow).total, 100U);
}

}  // namespace
}  // namespace sluice::telemetry
