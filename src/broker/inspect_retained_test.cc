// What an operator sees of retained messages, and how he removes them.

#include "broker/scan.h"
#include "broker/testing/operator.h"
#include "broker/testing/scenario.h"
#include "mqtt/codec/encoder.h"

namespace sluice::broker {
namespace {

using namespace testing;

using Names = std::vector<std::string>;

class InspectedRetained : public Scenario {
 protected:
  void retain(const std::string& topic, const std::string& payload, Publish how = {}) {
    how.retain = true;
    if (publisher == nullptr) publisher = &world.connected("publisher");
    publisher->publish(topic, payload, how);
  }

  Operator asker{world};
  Client* publisher = nullptr;
};
INSTANTIATE_TEST_SUITE_P(Shards, InspectedRetained, ::testing::Values(1U, 3U), shards_name);

TEST_P(InspectedRetained, AreListedInTheOrderAskedFor) {
  retain("b", "22", {.qos = Q1});
  retain("a", "1", {.qos = Q2});
  retain("c/d", "333");
  using Order = RetainedQuery::Order;

  EXPECT_EQ(asker.retained(), (Names{"a", "b", "c/d"}));
  EXPECT_EQ(asker.retained({.descending = true}), (Names{"c/d", "b", "a"}));
  EXPECT_EQ(asker.retained({.order = Order::Qos}), (Names{"c/d", "b", "a"}));
  EXPECT_EQ(asker.retained({.order = Order::Size, .descending = true}), (Names{"c/d", "b", "a"}));
  EXPECT_EQ(asker.retained({.slice = {.offset = 1, .limit = 1}}), (Names{"b"}));
  EXPECT_EQ(asker.list_retained({.slice = {.limit = 0}}).total, 3u);
}

TEST_P(InspectedRetained, AreFoundByTopicPayloadAndQos) {
  retain("Home/lamp", "on", {.qos = Q1});
  retain("home/door", "off", {.qos = Q2});
  retain("$dev/x", "on");

  EXPECT_EQ(asker.retained({.topic = "HOME"}), (Names{"Home/lamp", "home/door"}));
  EXPECT_EQ(asker.retained({.payload = "on"}), (Names{"$dev/x", "Home/lamp"}));
  EXPECT_EQ(asker.retained({.qos_mask = 0b110}), (Names{"Home/lamp", "home/door"}));
}

TEST_P(InspectedRetained, AreFoundByWhenTheyWereKept) {
  retain("b", "early", {.qos = Q1});
  world.advance(seconds{10});
  retain("a", "late", {.qos = Q1});
  const WallTime late = asker.find_retained("a")->created_at;
  publisher = nullptr;
  world.restart();

  EXPECT_EQ(asker.find_retained("b")->created_at, late - 10'000);
  EXPECT_EQ(asker.retained({.from = late}), (Names{"a"}));
  EXPECT_EQ(asker.retained({.to = late - 1}), (Names{"b"}));
  EXPECT_EQ(asker.retained({.order = RetainedQuery::Order::CreatedAt}), (Names{"b", "a"}));
}

TEST_P(InspectedRetained, AreShownWithTheirProperties) {
  std::string properties;
  mqtt::append_content_type(properties, "text/plain");
  mqtt::append_response_topic(properties, "r");
  mqtt::append_user_property(properties, "name", "value");
  retain("t", "a long payload", {.qos = Q1, .expiry = 60, .properties = properties});

  const MessageFacts cut = asker.list_retained({}, 6).items.at(0);
  const auto whole = asker.find_retained("t");

  EXPECT_EQ(cut.payload, "a long");
  EXPECT_EQ(cut.payload_bytes, 14u);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->payload, "a long payload");
  EXPECT_EQ(whole->qos, Q1);
  EXPECT_GT(whole->expires_at, 0);
  EXPECT_EQ(whole->content_type, "text/plain");
  EXPECT_EQ(whole->response_topic, "r");
  ASSERT_EQ(whole->user_properties.size(), 1u);
  EXPECT_EQ(whole->user_properties[0].name, "name");
  EXPECT_EQ(whole->user_properties[0].value, "value");
  EXPECT_FALSE(asker.find_retained("other"));
}

TEST_P(InspectedRetained, AreMatchedByAFilterUpToANumber) {
  for (const char* topic : {"a/1", "a/2", "b/1"}) retain(topic, "x");

  EXPECT_EQ(asker.match_retained("a/+", 10), (Names{"a/1", "a/2"}));
  EXPECT_LE(asker.match_retained("#", 1).size(), world.shards());
}

TEST_P(InspectedRetained, AreRemovedForGood) {
  for (const char* topic : {"a", "b", "c"}) retain(topic, "x", {.qos = Q1});

  EXPECT_EQ(asker.remove_retained({"a", "c", "none"}), 2u);

  EXPECT_EQ(asker.retained(), (Names{"b"}));
  world.restart();
  EXPECT_EQ(asker.retained(), (Names{"b"}));
}

TEST_P(InspectedRetained, MayChangeWhileTheyAreListed) {
  const std::size_t count = 2 * kScanSlice * world.shards();
  for (std::size_t i = 0; i < count; ++i) retain("t/" + std::to_string(i), "x");
  std::vector<Excerpt<MessageFacts>> parts;
  for (unsigned shard = 0; shard < world.shards(); ++shard) {
    Broker& core = world.broker(static_cast<ShardId>(shard));
    core.list_retained(
        {.slice = {.limit = count}}, [&](auto part) { parts.push_back(std::move(part)); },
        world.now());
    core.on_mail_drained(world.now());  // the first slice
  }

  for (std::size_t i = 0; i < count; i += 2) retain("t/" + std::to_string(i), "");
  for (unsigned shard = 0; shard < world.shards(); ++shard) {
    world.touched(static_cast<ShardId>(shard));
  }
  world.settle();

  std::set<std::string> odd;
  for (const auto& part : parts) {
    for (const MessageFacts& facts : part.items) {
      const bool stayed = (facts.topic.back() - '0') % 2 == 1;
      if (stayed) odd.insert(facts.topic);
    }
  }
  EXPECT_EQ(parts.size(), world.shards());
  EXPECT_EQ(odd.size(), count / 2);
}

}  // namespace
}  // namespace sluice::broker
