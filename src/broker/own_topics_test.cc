// $SYS/broker/# and $events/client/#.

#include <map>

#include "broker/testing/observing.h"
#include "broker/testing/scenario.h"

namespace sluice::broker {
namespace {

using namespace testing;

class OwnTopics : public Scenario {
 protected:
  void turn_on(bool events, seconds sys) {
    world.settings.own_topics.events = events;
    world.settings.own_topics.sys_interval = sys;
    world.restart();
  }
  static std::map<std::string, std::string> values(const Client& client) {
    std::map<std::string, std::string> all;
    for (const Publication& one : client.publications) all[one.topic] = one.payload;
    return all;
  }
  static std::vector<std::string> topics(const Client& client) {
    std::vector<std::string> all;
    for (const Publication& one : client.publications) all.push_back(one.topic);
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, OwnTopics, ::testing::Values(1U, 3U), shards_name);

TEST_P(OwnTopics, NothingIsPublishedUnlessAskedFor) {
  Client& watcher = world.connected("w");
  watcher.subscribe("$SYS/#", Q0);
  watcher.subscribe("$events/#", Q0);
  world.connected("c").leave();
  world.advance(seconds{5});

  EXPECT_TRUE(watcher.publications.empty());
}

TEST_P(OwnTopics, TheStateOfTheBrokerIsPublishedAndRetained) {
  turn_on(false, seconds{10});
  for (const char* id : {"a", "b", "c"}) world.connected(id).publish("t", "12345", Q0);
  world.advance(seconds{21});
  Client& watcher = world.connected("w");
  watcher.subscribe("$SYS/broker/#", Q0);

  auto all = values(watcher);
  EXPECT_TRUE(watcher.publications.at(0).retain);
  EXPECT_TRUE(all["$SYS/broker/version"].starts_with("Sluice "));
  EXPECT_EQ(all["$SYS/broker/uptime"], "20 seconds");
  EXPECT_EQ(all["$SYS/broker/clients/connected"], "3");
  EXPECT_EQ(all["$SYS/broker/publish/messages/received"], "3");
  EXPECT_EQ(all["$SYS/broker/publish/bytes/received"], "15");
  EXPECT_EQ(all["$SYS/broker/messages/received"], "6") << "CONNECT and PUBLISH";
  EXPECT_NE(all["$SYS/broker/load/publish/received/1min"], "0.00");
  EXPECT_GE(all.size(), 30u);
}

TEST_P(OwnTopics, EventsArePublishedAsJson) {
  turn_on(true, seconds{0});
  Client& watcher = world.connected("w");
  watcher.subscribe("$events/client/+/c", Q0);
  Client& client = world.connected("c");
  client.subscribe("t", Q0);
  client.leave();

  EXPECT_EQ(topics(watcher),
            (std::vector<std::string>{"$events/client/connected/c", "$events/client/subscribed/c",
                                      "$events/client/disconnected/c",
                                      "$events/client/session_ended/c"}));
  EXPECT_FALSE(watcher.publications[0].retain);
  EXPECT_TRUE(watcher.publications[1].payload.starts_with("{\"event\":\"subscribed\",\"at\":"));
  EXPECT_NE(watcher.publications[1].payload.find("\"topic\":\"t\""), std::string::npos);
}

TEST_P(OwnTopics, ClientIdentifiersAreOneLevel) {
  turn_on(true, seconds{0});
  Client& watcher = world.connected("w");
  watcher.subscribe("$events/client/connected/+", Q0);
  world.connected("a/b+#%");

  EXPECT_EQ(topics(watcher), (std::vector<std::string>{"$events/client/connected/a%2Fb%2B%23%25"}));
}

TEST_P(OwnTopics, WhatIsDroppedOfEventsMakesNoEvent) {
  turn_on(true, seconds{0});
  watch(world, events_only());
  Client& sleeper = world.connected("s", {.expiry = 100});
  sleeper.subscribe("$events/#", Q0);
  sleeper.drop();
  world.connected("c");
  world.advance(seconds{3});

  for (const Event& event : collect(world).events) EXPECT_NE(event.kind, EventKind::Dropped);
  EXPECT_GT(world.dropped(DropReason::Offline), 0u);
}

TEST_P(OwnTopics, AWildcardAtTheFirstLevelDoesNotMatchThem) {
  turn_on(true, seconds{1});
  Client& watcher = world.connected("w");
  watcher.subscribe("#", Q0);
  watcher.subscribe("+/client/#", Q0);
  world.connected("c").leave();
  world.advance(seconds{3});

  EXPECT_TRUE(watcher.publications.empty());
}

TEST_P(OwnTopics, NoClientMayPublishToThem) {
  Client& watcher = world.connected("w");
  for (const char* filter : {"$SYS/#", "$events/#", "$other/#"}) watcher.subscribe(filter, Q0);
  Client& modern = world.connected("m");
  for (const char* topic : {"$SYS/broker/version", "$SYS", "$events/client/connected/x"}) {
    modern.publish(topic, "lie", Q1);
    EXPECT_EQ(modern.acks.back().reason, ReasonCode::NotAuthorized) << topic;
  }
  modern.publish("$other/x", "fine", Q1);
  Client& old = world.connected("o", {.version = Version::V311});
  old.publish("$SYS/x", "lie", Q0);

  EXPECT_FALSE(old.is_open());
  EXPECT_EQ(watcher.payloads(), Payloads{"fine"});
  EXPECT_FALSE(world.client("v").connect({.will = WillSpec{"$events/x", "lie"}}));
}

}  // namespace
}  // namespace sluice::broker
